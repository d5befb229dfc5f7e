# The bucket of a tenant.
include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${dirname(find_in_parent_folders("root.hcl"))}/catalog/modules//lake"
}

dependency "keys" {
  config_path = "../keys"

  # Planned before there is a key; never applied so.
  mock_outputs = {
    key_arn = "arn:${values.tenant.partition}:kms:${values.tenant.region}:${values.tenant.account_id}:key/00000000-0000-4000-8000-000000000000"
  }
  mock_outputs_allowed_terraform_commands = ["init", "validate", "plan"]
}

# The argument is newer than the oldest provider that the module takes, so it is added only where the form wants it.
generate "bucket_namespace" {
  path      = "bucket_namespace_override.tf"
  if_exists = "overwrite_terragrunt"
  disable   = values.tenant.bucket_form != "account-regional"
  contents  = <<-EOT
    terraform {
      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = ">= 6.66.0"
        }
      }
    }

    resource "aws_s3_bucket" "lake" {
      bucket_namespace = "account-regional"
    }
  EOT
}

prevent_destroy = true

inputs = {
  # Required
  tenant  = values.tenant
  key_arn = dependency.keys.outputs.key_arn

  # Optional
  layer_formats = try(values.layer_formats, {})
  expire_days   = try(values.expire_days, {})
}
