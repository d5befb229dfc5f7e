output "role_arns" {
  description = "ARNs of the tenant's roles, by role."
  value       = { for role, made in aws_iam_role.tenant : role => made.arn }
}

output "service_account_annotations" {
  description = "What the service account of each role is annotated with; nothing with pod identity, which must not have both."
  value = var.tenant.identity_mode == "irsa" ? {
    for role, made in aws_iam_role.tenant : role => { "eks.amazonaws.com/role-arn" = made.arn }
  } : {}
}
