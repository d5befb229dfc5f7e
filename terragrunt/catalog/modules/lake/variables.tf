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

variable "key_arn" {
  description = "ARN of the tenant's key, from the module `keys`."
  type        = string
  nullable    = false
}

variable "layer_formats" {
  description = "What lies under each layer: `iceberg` tables, or plain `files`. Only of files may age expire any."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for layer, format in var.layer_formats : contains(["bronze", "silver", "gold", "quarantine"], layer) && contains(["iceberg", "files"], format)])
    error_message = "layer_formats says `iceberg` or `files` for bronze, silver, gold or quarantine."
  }
}

variable "expire_days" {
  description = "After how many days objects of a layer of plain files are removed, by layer."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for layer, _ in var.expire_days : lookup(var.layer_formats, layer, "iceberg") == "files"])
    error_message = "expire_days names a layer of Iceberg tables. Live snapshots still use old files there: set the retention in the pipeline, whose maintenance knows what is live."
  }

  validation {
    condition     = alltrue([for _, days in var.expire_days : days >= 1 && floor(days) == days])
    error_message = "expire_days are whole days, at least one."
  }
}

variable "noncurrent_days" {
  description = "How long versions that were replaced or deleted are kept; null is as the most sensitive layer wants it. A person who was erased is gone after it."
  type        = number
  default     = null

  validation {
    condition     = var.noncurrent_days == null ? true : var.noncurrent_days >= 1 && var.noncurrent_days <= 365 && floor(var.noncurrent_days) == var.noncurrent_days
    error_message = "noncurrent_days is 1 to 365 whole days."
  }

  validation {
    condition     = var.noncurrent_days == null ? true : var.noncurrent_days <= 30 || !contains(values(var.tenant.data_classification), "gdpr")
    error_message = "noncurrent_days is at most 30 for a tenant with a layer classified gdpr: an erased person must be gone within a month."
  }
}
