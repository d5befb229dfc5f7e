# What every unit shares: where its state is, and which account it may touch. The `values` that a unit gets from the stack
# `tenant` are not there in what it includes, so they are read from where the stack wrote them.
locals {
  tenant = read_terragrunt_config("${get_original_terragrunt_dir()}/terragrunt.values.hcl").tenant
  unit   = basename(get_original_terragrunt_dir())

  # For trying things out: a folder for the state, and the address of an emulator of the cloud.
  state_folder = get_env("SMELT_TERRAFORM_STATE", "")
  endpoint     = get_env("SMELT_AWS_ENDPOINT", "")

  # By the id of the tenant and never by a path: a folder that is moved keeps its state.
  state_key = "${local.tenant.environment}/${local.tenant.region}/${local.tenant.tenant_id}/${local.unit}/terraform.tfstate"

  backend = local.state_folder == "" ? "s3" : "local"
  backends = {
    s3 = {
      bucket       = "smelt-state-${local.tenant.account_id}-${local.tenant.region}"
      key          = local.state_key
      region       = local.tenant.region
      encrypt      = true
      use_lockfile = true
    }
    local = { path = "${local.state_folder}/${local.state_key}" }
  }

  # The wrong account is refused before anything is read.
  provider = <<-EOT
    provider "aws" {
      region              = "${local.tenant.region}"
      allowed_account_ids = ["${local.tenant.account_id}"]
    }
  EOT

  emulated = <<-EOT
    provider "aws" {
      region                      = "${local.tenant.region}"
      access_key                  = "test"
      secret_key                  = "test"
      s3_use_path_style           = true
      skip_credentials_validation = true
      skip_metadata_api_check     = true
      skip_requesting_account_id  = true

      endpoints {
        ec2 = "${local.endpoint}"
        iam = "${local.endpoint}"
        kms = "${local.endpoint}"
        s3  = "${local.endpoint}"
        sts = "${local.endpoint}"
      }
    }
  EOT
}

remote_state {
  backend = local.backend
  config  = local.backends[local.backend]

  generate = {
    path      = "backend.tf"
    if_exists = "overwrite_terragrunt"
  }
}

generate "provider" {
  path      = "provider.tf"
  if_exists = "overwrite_terragrunt"
  contents  = local.endpoint == "" ? local.provider : local.emulated
}
