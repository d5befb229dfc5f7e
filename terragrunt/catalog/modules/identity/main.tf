module "policies" {
  source  = "../policies"
  tenant  = var.tenant
  key_arn = var.key_arn
}

locals {
  tags = merge(var.tenant.tags, {
    tenant-id   = var.tenant.tenant_id
    environment = var.tenant.environment
    managed-by  = "smelt"
  })
}

resource "aws_iam_role" "tenant" {
  for_each = module.policies.role_names

  name                 = each.value
  path                 = module.policies.role_path
  description          = "${each.key} of tenant ${var.tenant.tenant_id} in ${var.tenant.environment}"
  assume_role_policy   = module.policies.trust_policies[each.key]
  max_session_duration = 3600
  tags                 = merge(local.tags, { role = each.key })
}

resource "aws_iam_role_policy" "tenant" {
  for_each = module.policies.role_names

  name   = each.key
  role   = aws_iam_role.tenant[each.key].name
  policy = module.policies.identity_policies[each.key]
}

# By a token, the service account names the role; by pod identity, this does.
resource "aws_eks_pod_identity_association" "tenant" {
  for_each = var.tenant.identity_mode == "pod-identity" ? module.policies.role_names : {}

  cluster_name    = regex("cluster/(.+)$", var.tenant.cluster_arn)[0]
  namespace       = var.tenant.namespace
  service_account = "smelt-${each.key}"
  role_arn        = aws_iam_role.tenant[each.key].arn
  tags            = local.tags
}
