variable "tenant" {
  description = "The tenant in one environment and region, as its file says."
  nullable    = false
  type = object({
    tenant_id           = string
    environment         = string
    region              = string
    account_id          = string
    vpc_ids             = list(string)
    data_classification = map(string)
    tags                = optional(map(string), {})
    partition           = optional(string, "aws")
    bucket_form         = optional(string, "account-regional")
    allowed_cidrs       = optional(list(string), [])
    plan_role           = string
    apply_role          = string
    break_glass_role    = string
    replication_roles   = optional(list(string), [])
    package_buckets     = optional(list(string), [])
    identity_mode       = optional(string, "irsa")
    oidc_provider       = optional(string, "")
    cluster_arn         = optional(string, "")
    namespace           = string
  })
}
