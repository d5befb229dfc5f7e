module "policies" {
  source = "../policies"
  tenant = var.tenant
}

# One key per tenant and region: what it encrypted is gone for good when the key is.
resource "aws_kms_key" "tenant" {
  description             = "Data of tenant ${var.tenant.tenant_id} in ${var.tenant.environment}"
  policy                  = module.policies.key_policy
  enable_key_rotation     = true
  deletion_window_in_days = module.policies.key_deletion_days
  multi_region            = false
  tags                    = local.tags
}

resource "aws_kms_alias" "tenant" {
  name          = module.policies.key_alias
  target_key_id = aws_kms_key.tenant.key_id
}

locals {
  tags = merge(var.tenant.tags, {
    tenant-id   = var.tenant.tenant_id
    environment = var.tenant.environment
    managed-by  = "smelt"
  })
}
