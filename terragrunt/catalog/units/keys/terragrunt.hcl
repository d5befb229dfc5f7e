# The key of a tenant.
include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${dirname(find_in_parent_folders("root.hcl"))}/catalog/modules//keys"
}

# Everything the tenant has is gone with its key.
prevent_destroy = true

inputs = {
  # Required
  tenant = values.tenant
}
