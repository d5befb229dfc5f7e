output "endpoint_ids" {
  description = "Ids of the gateway endpoints, by network."
  value       = { for vpc_id, made in aws_vpc_endpoint.storage : vpc_id => made.id }
}
