output "bucket_name" {
  description = "Name of the tenant's bucket."
  value       = local.bucket_name
}

output "key_alias" {
  description = "Alias of the tenant's key."
  value       = "alias/smelt/${local.tenant.tenant_id}/${local.tenant.environment}"
}

output "role_path" {
  description = "Path of the tenant's roles."
  value       = "/smelt/${local.tenant.tenant_id}/"
}

output "role_names" {
  description = "Names of the tenant's roles, by role; a layer that nobody may read has no reader."
  value       = { for role, _ in local.identity : role => "${local.name}-${local.tenant.region}-${role}" }
}

output "bucket_policy" {
  description = "Policy of the bucket; null without a key."
  value       = var.key_arn == null ? null : jsonencode({ Version = local.version, Statement = local.bucket })
}

output "key_policy" {
  description = "Policy of the key."
  value       = jsonencode({ Version = local.version, Statement = local.key })
}

output "endpoint_policy" {
  description = "Policy of the gateway endpoints."
  value       = jsonencode({ Version = local.version, Statement = local.filled.endpoint })
}

output "identity_policies" {
  description = "Policies of the tenant's roles, by role; null without a key."
  value = var.key_arn == null ? null : {
    for role, statements in local.identity : role => jsonencode({ Version = local.version, Statement = statements })
  }
}

output "manager_policies" {
  description = "Policies that the plan and the apply role need for this tenant, also before anything of it is made."
  value = {
    for role, statements in local.managers : role => jsonencode({ Version = local.version, Statement = statements })
  }
}

output "trust_policies" {
  description = "Who may become each of the tenant's roles, by role."
  value       = { for role, statements in local.trust : role => jsonencode({ Version = local.version, Statement = statements }) }
}

output "noncurrent_days" {
  description = "Days for which what was removed from the bucket can still be brought back."
  value       = min(local.handled[*].noncurrent_days...)
}

output "key_deletion_days" {
  description = "Days between the order to destroy the key and its end."
  value       = min(local.handled[*].key_deletion_days...)
}
