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

variable "endpoint_vpc_ids" {
  description = "The networks that get a gateway endpoint here, with the tables of routes it stands in. Leave out a network that has one already, such as one that tenants share."
  type        = map(list(string))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for vpc_id, _ in var.endpoint_vpc_ids : contains(var.tenant.vpc_ids, vpc_id)])
    error_message = "endpoint_vpc_ids names a network that is not one of the tenant's vpc_ids."
  }

  validation {
    condition     = alltrue([for _, tables in var.endpoint_vpc_ids : length(tables) > 0 && alltrue([for id in tables : can(regex("^rtb-[0-9a-f]+$", id))])])
    error_message = "endpoint_vpc_ids names at least one table of routes, `rtb-...`, for each network."
  }
}
