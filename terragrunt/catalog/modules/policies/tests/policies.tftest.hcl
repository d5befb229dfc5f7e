# Needs no provider, so it runs with nothing but Terraform or OpenTofu. That the policies are the very bytes that
# `smelt` proves, test/terragrunt/policies.test.ts holds.
run "names_hang_on_the_id" {
  assert {
    condition     = output.bucket_name == "smelt-t-7kq3m9t4dhm-prod-111122223333-eu-central-1-an"
    error_message = "The bucket is named by id, environment, account and region."
  }

  assert {
    condition     = length(output.bucket_name) <= 63 && alltrue([for name in values(output.role_names) : length(name) <= 64])
    error_message = "Names fit their limits."
  }

  assert {
    condition     = output.key_alias == "alias/smelt/t-7kq3m9t4dhm/prod" && output.role_path == "/smelt/t-7kq3m9t4dhm/"
    error_message = "Alias and path are named by the id."
  }
}

run "nobody_outside_reads" {
  assert {
    condition = [
      for each in jsondecode(output.bucket_policy).Statement : each.Condition.StringNotEquals["aws:SourceVpc"]
      if each.Sid == "DataOutsideNetwork"
    ] == [["vpc-0a4e76cf16be65766", "vpc-1a2b3c4d"]]
    error_message = "Data are denied to whoever does not come from one of the networks."
  }

  assert {
    condition     = alltrue([for each in jsondecode(output.bucket_policy).Statement : each.Effect == "Deny"])
    error_message = "The policy of the bucket lets nobody in: what roles may stands in their own policies."
  }

  assert {
    condition     = output.noncurrent_days == 30 && output.key_deletion_days == 30
    error_message = "The most sensitive layer decides."
  }
}

run "classification_says_who_reads" {
  variables {
    tenant = merge(var.tenant, {
      data_classification = { bronze = "gdpr", silver = "confidential", gold = "public", quarantine = "gdpr" }
    })
  }

  assert {
    condition = (
      setsubtract(["reader-bronze", "reader-silver", "reader-gold", "reader-quarantine"], keys(output.role_names))
      == toset(["reader-bronze", "reader-quarantine"]) &&
      keys(output.trust_policies) == keys(output.role_names) && keys(output.identity_policies) == keys(output.role_names)
    )
    error_message = "A layer that nobody may read has no reader."
  }

  assert {
    condition = [
      for each in jsondecode(output.bucket_policy).Statement : length(each.Condition.ArnNotLike["aws:PrincipalArn"])
      if each.Sid == "ReadersOfBronze"
    ] == [3]
    error_message = "Bronze is for the engine, maintenance and break-glass."
  }

  assert {
    condition     = !contains([for each in jsondecode(output.bucket_policy).Statement : each.Sid], "ReadersOfGold")
    error_message = "No statement says who of the account reads a public layer."
  }
}

run "addresses_are_let_in_when_there_are_any" {
  variables {
    tenant = merge(var.tenant, { allowed_cidrs = ["203.0.113.0/24"] })
  }

  assert {
    condition = [
      for each in jsondecode(output.bucket_policy).Statement : each.Condition.NotIpAddress["aws:SourceIp"]
      if each.Sid == "DataOutsideNetworkAndAddresses"
    ] == [["203.0.113.0/24"]]
    error_message = "The addresses stand in the statement about the network."
  }

  assert {
    condition     = !contains([for each in jsondecode(output.bucket_policy).Statement : each.Sid], "DataOutsideNetwork")
    error_message = "Of the two statements about the network one stands."
  }
}

run "without_a_key_there_is_its_policy_alone" {
  variables {
    key_arn = null
  }

  assert {
    condition     = output.bucket_policy == null && output.identity_policies == null && output.key_policy != null
    error_message = "What names the key waits for it."
  }

  assert {
    condition     = toset(keys(output.manager_policies)) == toset(["apply", "plan"])
    error_message = "Who plans and applies is let in before there is a key."
  }
}

run "the_number_of_an_account_is_no_id" {
  command = plan

  variables {
    tenant = merge(var.tenant, { tenant_id = "012345678901" })
  }

  expect_failures = [var.tenant]
}

run "a_network_with_18_digits_is_refused" {
  command = plan

  variables {
    tenant = merge(var.tenant, { vpc_ids = ["vpc-0a4e76cf16be657664"] })
  }

  expect_failures = [var.tenant]
}

run "the_whole_internet_is_refused" {
  command = plan

  variables {
    tenant = merge(var.tenant, { allowed_cidrs = ["0.0.0.0/0"] })
  }

  expect_failures = [var.tenant]
}
