key_arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

tenant = {
  tenant_id           = "t-7kq3m9t4dhm"
  environment         = "prod"
  region              = "eu-central-1"
  account_id          = "111122223333"
  vpc_ids             = ["vpc-0a4e76cf16be65766", "vpc-1a2b3c4d"]
  data_classification = { bronze = "confidential", silver = "confidential", gold = "internal", quarantine = "confidential" }
  plan_role           = "arn:aws:iam::111122223333:role/smelt-plan"
  apply_role          = "arn:aws:iam::111122223333:role/smelt-apply"
  break_glass_role    = "arn:aws:iam::111122223333:role/break-glass"
  oidc_provider       = "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLE"
  namespace           = "smelt-acme"
}
