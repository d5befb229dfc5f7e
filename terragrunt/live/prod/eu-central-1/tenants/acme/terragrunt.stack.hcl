# Written by `smelt tenant new`, the same for every tenant: what is the tenant's own stands in tenants/<tenant>.yaml.
# Do not edit; `smelt tenant check` compares it with terragrunt/catalog/live-stub.terragrunt.stack.hcl.

locals {
  place       = regex("live/(?P<environment>[^/]+)/(?P<region>[^/]+)/tenants/(?P<tenant>[^/]+)$", get_terragrunt_dir())
  tenant_file = "${get_repo_root()}/tenants/${local.place.tenant}.yaml"
  tenant      = yamldecode(file(mark_as_read(local.tenant_file)))
}

stack "tenant" {
  source = "${get_repo_root()}/terragrunt/catalog/stacks/tenant"
  path   = "tenant"

  values = merge(local.tenant.environments[local.place.environment], {
    environment    = local.place.environment
    tenant_key     = local.place.tenant
    tenant_id      = local.tenant.id
    classification = local.tenant.classification
    tags           = try(local.tenant.tags, {})
  })
}
