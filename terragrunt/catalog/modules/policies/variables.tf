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

  validation {
    condition     = can(regex("^t-[2-9bcdfghjkmnpqrst]{10}[a-z]$", var.tenant.tenant_id))
    error_message = "tenant_id is `t-`, ten symbols and a letter that checks them. An account number or a name is no id."
  }

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{0,9}$", var.tenant.environment))
    error_message = "environment is 1 to 10 lower-case letters and digits, a letter first: names of roles and buckets hold it."
  }

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]$", var.tenant.region)) && length(var.tenant.region) <= 14
    error_message = "region is the full code, such as `eu-central-1`; `eu-west` is none."
  }

  validation {
    condition     = can(regex("^[0-9]{12}$", var.tenant.account_id))
    error_message = "account_id is the twelve digits of the account. The id of a tenant is another thing."
  }

  validation {
    condition     = length(var.tenant.vpc_ids) > 0
    error_message = "vpc_ids is empty, and then nobody could read the data."
  }

  validation {
    condition     = alltrue([for id in var.tenant.vpc_ids : can(regex("^vpc-([0-9a-f]{8}|[0-9a-f]{17})$", id))])
    error_message = "each of vpc_ids is `vpc-` and 8 or 17 hexadecimal digits, an element of a list by itself and without quotes in it."
  }

  validation {
    condition     = length(var.tenant.vpc_ids) == length(distinct(var.tenant.vpc_ids))
    error_message = "vpc_ids names a network twice."
  }

  validation {
    condition = alltrue([
      for layer in ["bronze", "silver", "gold", "quarantine"] :
      contains(["public", "internal", "confidential", "gdpr"], lookup(var.tenant.data_classification, layer, ""))
    ])
    error_message = "data_classification says for each of bronze, silver, gold and quarantine one of public, internal, confidential and gdpr."
  }

  validation {
    condition     = contains(["aws", "aws-us-gov"], var.tenant.partition)
    error_message = "partition is aws or aws-us-gov: in others, services have other names in policies."
  }

  validation {
    condition     = contains(["account-regional", "global"], var.tenant.bucket_form)
    error_message = "bucket_form is account-regional or global."
  }

  validation {
    condition     = alltrue([for cidr in var.tenant.allowed_cidrs : can(cidrhost(cidr, 0)) && !endswith(cidr, "/0")])
    error_message = "each of allowed_cidrs is a range of addresses such as 203.0.113.0/24, and not the whole internet."
  }

  validation {
    condition = alltrue([
      for arn in concat([var.tenant.plan_role, var.tenant.apply_role, var.tenant.break_glass_role], var.tenant.replication_roles) :
      can(regex("^arn:${var.tenant.partition}:iam::${var.tenant.account_id}:role/[\\w+=,.@/-]+$", arn))
    ])
    error_message = "plan_role, apply_role, break_glass_role and replication_roles are ARNs of roles in the account of the tenant, without wildcards."
  }

  validation {
    condition     = length(distinct([var.tenant.plan_role, var.tenant.apply_role, var.tenant.break_glass_role])) == 3
    error_message = "plan_role, apply_role and break_glass_role are three roles."
  }

  validation {
    condition     = contains(["irsa", "pod-identity"], var.tenant.identity_mode)
    error_message = "identity_mode is irsa or pod-identity."
  }

  validation {
    condition     = var.tenant.identity_mode != "irsa" || can(regex("^[a-z0-9.-]+/.+$", var.tenant.oidc_provider))
    error_message = "oidc_provider is host and path of the token issuer, without https://; identity_mode irsa needs it."
  }

  validation {
    condition     = var.tenant.identity_mode != "pod-identity" || can(regex("^arn:[^:]+:eks:", var.tenant.cluster_arn))
    error_message = "cluster_arn is the ARN of the cluster; identity_mode pod-identity needs it."
  }

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.tenant.namespace))
    error_message = "namespace is the name of a Kubernetes namespace."
  }
}

variable "key_arn" {
  description = "ARN of the tenant's key. Null where there is none yet: then the policies that name it are null too."
  type        = string
  default     = null

  validation {
    condition     = var.key_arn == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", var.key_arn))
    error_message = "key_arn is the full ARN of a key, no alias and no bare id."
  }
}
