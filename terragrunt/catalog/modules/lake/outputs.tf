output "bucket_name" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.lake.bucket
}

output "bucket_arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.lake.arn
}

output "prefix_uris" {
  description = "Where things lie, by prefix: `bronze`, `silver`, `gold`, `quarantine`, `state`, `artifacts`."
  value       = { for prefix in local.prefixes : prefix => "s3://${aws_s3_bucket.lake.bucket}/${prefix}/" }
}
