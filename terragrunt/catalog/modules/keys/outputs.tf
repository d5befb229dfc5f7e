output "key_arn" {
  description = "ARN of the tenant's key."
  value       = aws_kms_key.tenant.arn
}
