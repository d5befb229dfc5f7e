# The endpoints of the networks of a tenant.
include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${dirname(find_in_parent_folders("root.hcl"))}/catalog/modules//network"
}

inputs = {
  # Required
  tenant = values.tenant

  # Optional
  endpoint_vpc_ids = try(values.endpoint_vpc_ids, {})
}
