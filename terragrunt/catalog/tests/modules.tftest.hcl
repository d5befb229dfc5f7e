mock_provider "aws" {
  mock_resource "aws_kms_key" {
    defaults = {
      arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    }
  }

  mock_resource "aws_s3_bucket" {
    defaults = {
      arn = "arn:aws:s3:::lake"
      id  = "lake"
    }
  }
}

run "keys" {
  command = plan

  module {
    source = "../modules/keys"
  }

  assert {
    condition     = aws_kms_key.tenant.enable_key_rotation && aws_kms_key.tenant.deletion_window_in_days == 7
    error_message = "The key rotates, and with data under the GDPR it is gone a week after it was ordered to go."
  }

  assert {
    condition     = contains([for each in jsondecode(aws_kms_key.tenant.policy).Statement : each.Sid], "AccountAdministersKey")
    error_message = "The account can administer its key."
  }

  assert {
    condition     = aws_kms_alias.tenant.name == "alias/smelt/t-7kq3m9t4dhm/prod"
    error_message = "The alias is named by the id."
  }
}

run "lake" {
  command = apply

  module {
    source = "../modules/lake"
  }

  assert {
    condition     = aws_s3_bucket.lake.bucket == "smelt-t-7kq3m9t4dhm-prod-111122223333-eu-central-1-an"
    error_message = "The bucket has the name of its account and region."
  }

  assert {
    condition     = !aws_s3_bucket.lake.force_destroy
    error_message = "A bucket with data is never destroyed."
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.lake.block_public_acls,
      aws_s3_bucket_public_access_block.lake.block_public_policy,
      aws_s3_bucket_public_access_block.lake.ignore_public_acls,
      aws_s3_bucket_public_access_block.lake.restrict_public_buckets,
    ])
    error_message = "Public access is blocked in all four ways."
  }

  assert {
    condition     = aws_s3_bucket_ownership_controls.lake.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "Objects belong to the owner of the bucket."
  }

  assert {
    condition     = aws_s3_bucket_versioning.lake.versioning_configuration[0].status == "Enabled"
    error_message = "Versions are kept."
  }

  assert {
    condition = alltrue([
      for rule in aws_s3_bucket_server_side_encryption_configuration.lake.rule : alltrue([
        rule.bucket_key_enabled,
        rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms",
        rule.apply_server_side_encryption_by_default[0].kms_master_key_id == var.key_arn,
      ])
    ])
    error_message = "Everything is encrypted with the key of the tenant."
  }

  assert {
    condition     = alltrue([for rule in aws_s3_bucket_lifecycle_configuration.lake.rule : alltrue([for each in rule.expiration : coalesce(each.days, 0) == 0])])
    error_message = "No rule removes a current object by its age."
  }

  assert {
    condition     = anytrue([for rule in aws_s3_bucket_lifecycle_configuration.lake.rule : anytrue([for each in rule.noncurrent_version_expiration : each.noncurrent_days == 7])])
    error_message = "With data under the GDPR, what was removed is gone after a week."
  }

  assert {
    condition     = aws_s3_bucket.lake.tags["data-classification-bronze"] == "gdpr" && aws_s3_bucket.lake.tags["tenant-id"] == "t-7kq3m9t4dhm" && aws_s3_bucket.lake.tags["cost-center"] == "4711"
    error_message = "The bucket has the tags of the tenant."
  }

  assert {
    condition     = length(jsondecode(aws_s3_bucket_policy.lake.policy).Statement) > 20 && length(aws_s3_bucket_policy.lake.policy) < 20480
    error_message = "The policy of the bucket stands, within the limit of its length."
  }

  assert {
    condition     = output.prefix_uris["state"] == "s3://smelt-t-7kq3m9t4dhm-prod-111122223333-eu-central-1-an/state/"
    error_message = "Every place is told by the bucket's own name."
  }
}

run "expiry_under_a_table_is_refused" {
  command = plan

  module {
    source = "../modules/lake"
  }

  variables {
    expire_days = { gold = 90 }
  }

  expect_failures = [var.expire_days]
}

run "expiry_of_plain_files" {
  command = plan

  module {
    source = "../modules/lake"
  }

  variables {
    layer_formats = { bronze = "files" }
    expire_days   = { bronze = 90 }
  }

  assert {
    condition     = anytrue([for rule in aws_s3_bucket_lifecycle_configuration.lake.rule : rule.id == "expire-bronze" && anytrue([for each in rule.filter : each.prefix == "bronze/"]) && anytrue([for each in rule.expiration : each.days == 90])])
    error_message = "Plain files may expire, under their own prefix."
  }
}

run "long_versions_of_data_about_people_are_refused" {
  command = plan

  module {
    source = "../modules/lake"
  }

  variables {
    noncurrent_days = 31
  }

  expect_failures = [var.noncurrent_days]
}

run "identity" {
  command = plan

  module {
    source = "../modules/identity"
  }

  assert {
    condition     = toset(keys(aws_iam_role.tenant)) == toset(["deployer", "engine", "maintenance", "reader-gold", "reader-silver"]) && alltrue([for role in aws_iam_role.tenant : role.path == "/smelt/t-7kq3m9t4dhm/" && length(role.name) <= 64])
    error_message = "Roles stand under the path of the tenant, with names that fit, and none that reads data under the GDPR."
  }

  assert {
    condition     = length(aws_eks_pod_identity_association.tenant) == 0
    error_message = "With tokens there is no association: a pod must not have both."
  }
}

run "network" {
  command = plan

  module {
    source = "../modules/network"
  }

  variables {
    endpoint_vpc_ids = { "vpc-1a2b3c4d" = ["rtb-0a1b2c3d"] }
  }

  assert {
    condition     = aws_vpc_endpoint.storage["vpc-1a2b3c4d"].vpc_endpoint_type == "Gateway" && aws_vpc_endpoint.storage["vpc-1a2b3c4d"].service_name == "com.amazonaws.eu-central-1.s3"
    error_message = "The network gets a gateway to the storage of its region."
  }
}

run "network_of_somebody_else_is_refused" {
  command = plan

  module {
    source = "../modules/network"
  }

  variables {
    endpoint_vpc_ids = { "vpc-99999999" = ["rtb-0a1b2c3d"] }
  }

  expect_failures = [var.endpoint_vpc_ids]
}
