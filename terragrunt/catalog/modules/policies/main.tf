# No provider: what is rendered here can be tested and shown with nothing installed.
locals {
  tenant      = var.tenant
  name        = "smelt-${local.tenant.tenant_id}-${local.tenant.environment}"
  suffix      = local.tenant.bucket_form == "account-regional" ? "-an" : ""
  bucket_name = "${local.name}-${local.tenant.account_id}-${local.tenant.region}${local.suffix}"

  role_prefix = join("", [
    "arn:${local.tenant.partition}:iam::${local.tenant.account_id}:role/smelt/${local.tenant.tenant_id}/",
    "${local.name}-${local.tenant.region}-",
  ])

  filled = jsondecode(templatefile("${path.module}/policies.json.tftpl", {
    partition  = local.tenant.partition
    region     = local.tenant.region
    account_id = local.tenant.account_id
    tenant_id  = local.tenant.tenant_id
    name       = local.name
    bucket     = local.bucket_name
    key_arn    = var.key_arn == null ? "" : var.key_arn
    vpc_ids    = local.tenant.vpc_ids
    vpc_arns = [
      for id in local.tenant.vpc_ids :
      "arn:${local.tenant.partition}:ec2:${local.tenant.region}:${local.tenant.account_id}:vpc/${id}"
    ]
    allowed_cidrs = local.tenant.allowed_cidrs
    closed_layers = [
      for layer in local.layers : "arn:${local.tenant.partition}:s3:::${local.bucket_name}/${layer}/*"
      if local.readers[layer] != "account"
    ]
    readers               = flatten([for layer in local.layers : local.reader_arns[layer]])
    readers_of_bronze     = local.reader_arns["bronze"]
    readers_of_silver     = local.reader_arns["silver"]
    readers_of_gold       = local.reader_arns["gold"]
    readers_of_quarantine = local.reader_arns["quarantine"]
    plan_role             = local.tenant.plan_role
    apply_role            = local.tenant.apply_role
    break_glass_role      = local.tenant.break_glass_role
    replication_roles     = local.tenant.replication_roles
    package_buckets       = local.tenant.package_buckets
    oidc_provider         = local.tenant.oidc_provider
    cluster_arn           = local.tenant.cluster_arn
    cluster_name          = replace(local.tenant.cluster_arn, "/^.*cluster\\//", "")
    namespace             = local.tenant.namespace
    state_bucket          = "smelt-state-${local.tenant.account_id}-${local.tenant.region}"
    state_folder          = "${local.tenant.environment}/${local.tenant.region}/${local.tenant.tenant_id}"
  }))

  version = "2012-10-17"

  # What nobody may read has no reader, and of what the whole account may read no statement says who does.
  layers          = ["bronze", "silver", "gold", "quarantine"]
  readers         = { for layer in local.layers : layer => local.handling[local.tenant.data_classification[layer]].readers }
  reader_arns     = { for layer, who in local.readers : layer => who == "nobody" ? [] : ["${local.role_prefix}reader-${layer}"] }
  read_by_account = [for layer in local.layers : layer if local.readers[layer] == "account"]
  never_made      = [for layer in local.layers : "reader-${layer}" if local.readers[layer] == "nobody"]

  identity = { for role, statements in local.filled.identity : role => statements if !contains(local.never_made, role) }
  trust = {
    for role, statements in local.filled.trust[local.tenant.identity_mode] : role => statements
    if !contains(local.never_made, role)
  }

  # Statements that do not stand: an empty list of addresses would mean nothing, so without any the one that names them is
  # left out; by a token, nobody needs a right to associate pods.
  unused = concat(
    [length(local.tenant.allowed_cidrs) > 0 ? "DataOutsideNetwork" : "DataOutsideNetworkAndAddresses"],
    [for layer in local.read_by_account : "ReadersOf${title(layer)}"],
    length(local.read_by_account) > 0 ? ["KeyForReaders"] : [],
    local.tenant.identity_mode == "irsa" ? ["SeeAssociations", "MakeAssociation", "ManageAssociations", "PassRoles"] : [],
  )
  bucket = [for statement in local.filled.bucket : statement if !contains(local.unused, statement.Sid)]
  key    = [for statement in local.filled.key : statement if !contains(local.unused, statement.Sid)]
  managers = {
    for role, statements in local.filled.managers :
    role => [for statement in statements : statement if !contains(local.unused, statement.Sid)]
  }

  # What the sensitivity of a layer drives. The most sensitive one decides what a tenant has only one of.
  handling = {
    public       = { readers = "account", noncurrent_days = 90, key_deletion_days = 30 }
    internal     = { readers = "tenant", noncurrent_days = 60, key_deletion_days = 30 }
    confidential = { readers = "tenant", noncurrent_days = 30, key_deletion_days = 30 }
    gdpr         = { readers = "nobody", noncurrent_days = 7, key_deletion_days = 7 }
  }
  handled = [for class in values(local.tenant.data_classification) : local.handling[class]]
}
