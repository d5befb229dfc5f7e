# The roles of a tenant.
include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${dirname(find_in_parent_folders("root.hcl"))}/catalog/modules//identity"
}

dependency "keys" {
  config_path = "../keys"

  # Planned before there is a key; never applied so.
  mock_outputs = {
    key_arn = "arn:${values.tenant.partition}:kms:${values.tenant.region}:${values.tenant.account_id}:key/00000000-0000-4000-8000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

inputs = {
  # Required
  tenant  = values.tenant
  key_arn = dependency.keys.outputs.key_arn
}
