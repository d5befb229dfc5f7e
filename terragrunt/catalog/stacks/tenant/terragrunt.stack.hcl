# All that a tenant has in one environment and region. A unit per concern: one can fail, or be locked, without the others.
locals {
  root     = dirname(find_in_parent_folders("root.hcl"))
  platform = read_terragrunt_config(find_in_parent_folders("region.hcl")).locals

  # Of the region, as `smelt` works it out, unless region.hcl says otherwise.
  partition = try(local.platform.partition, startswith(values.region, "us-gov-") ? "aws-us-gov" : "aws")
  roles     = "arn:${local.partition}:iam::${values.account_id}:role"

  tenant = {
    tenant_id           = values.tenant_id
    environment         = values.environment
    region              = values.region
    account_id          = values.account_id
    vpc_ids             = values.vpc_ids
    data_classification = values.classification
    tags                = merge(values.tags, { tenant = values.tenant_key })
    namespace           = "smelt-${values.tenant_key}"

    # Of the platform, which stands before any tenant does.
    partition         = local.partition
    bucket_form       = try(local.platform.bucket_form, "account-regional")
    allowed_cidrs     = try(local.platform.allowed_cidrs, [])
    package_buckets   = try(local.platform.package_buckets, [])
    replication_roles = [for name in try(local.platform.replication_roles, []) : "${local.roles}/${name}"]
    plan_role         = "${local.roles}/${local.platform.plan_role}"
    apply_role        = "${local.roles}/${local.platform.apply_role}"
    break_glass_role  = "${local.roles}/${local.platform.break_glass_role}"
    identity_mode     = try(local.platform.identity_mode, "irsa")
    oidc_provider     = try(local.platform.oidc_provider, "")
    cluster_arn       = try(local.platform.cluster_arn, "")
  }
}

unit "keys" {
  source = "${local.root}/catalog/units/keys"
  path   = "keys"
  values = { tenant = local.tenant }
}

unit "lake" {
  source = "${local.root}/catalog/units/lake"
  path   = "lake"
  values = {
    tenant        = local.tenant
    layer_formats = try(values.layer_formats, {})
    expire_days   = try(values.expire_days, {})
  }
}

unit "identity" {
  source = "${local.root}/catalog/units/identity"
  path   = "identity"
  values = { tenant = local.tenant }
}

unit "network" {
  source = "${local.root}/catalog/units/network"
  path   = "network"
  values = {
    tenant           = local.tenant
    endpoint_vpc_ids = try(values.endpoint_vpc_ids, {})
  }
}
