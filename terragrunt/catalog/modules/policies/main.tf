# No provider: what is rendered here can be tested and shown with nothing installed.
locals {
  tenant = var.tenant
  name   = "smelt-${local.tenant.tenant_id}-${local.tenant.environment}"
  suffix = local.tenant.bucket_form == "account-regional" ? "-an" : ""
  bucket = "${local.name}-${local.tenant.account_id}-${local.tenant.region}${local.suffix}"

  filled = jsondecode(templatefile("${path.module}/policies.json.tftpl", {
    partition         = local.tenant.partition
    region            = local.tenant.region
    account_id        = local.tenant.account_id
    tenant_id         = local.tenant.tenant_id
    name              = local.name
    bucket            = local.bucket
    key_arn           = var.key_arn == null ? "" : var.key_arn
    vpc_ids           = local.tenant.vpc_ids
    allowed_cidrs     = local.tenant.allowed_cidrs
    plan_role         = local.tenant.plan_role
    apply_role        = local.tenant.apply_role
    break_glass_role  = local.tenant.break_glass_role
    replication_roles = local.tenant.replication_roles
    package_buckets   = local.tenant.package_buckets
    oidc_provider     = local.tenant.oidc_provider
    cluster_arn       = local.tenant.cluster_arn
    namespace         = local.tenant.namespace
  }))

  # An empty list of addresses means nothing, so without addresses the statement that names them is left out.
  unused = length(local.tenant.allowed_cidrs) > 0 ? "DataOutsideNetwork" : "DataOutsideNetworkAndAddresses"
  used   = [for statement in local.filled.bucket : statement if statement.Sid != local.unused]

  version = "2012-10-17"

  # The most sensitive layer decides what a tenant has only one of.
  handling = {
    public       = { noncurrent_days = 90, key_deletion_days = 30 }
    internal     = { noncurrent_days = 60, key_deletion_days = 30 }
    confidential = { noncurrent_days = 30, key_deletion_days = 30 }
    gdpr         = { noncurrent_days = 7, key_deletion_days = 7 }
  }
  handled = [for class in values(local.tenant.data_classification) : local.handling[class]]
}
