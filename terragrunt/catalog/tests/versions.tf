# Nothing of its own: the tests beside this file run the modules, with one provider for all of them.
terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0"
    }
  }
}

variable "tenant" {
  type = any
}

variable "key_arn" {
  type = string
}
