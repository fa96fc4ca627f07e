# All images, for both architectures:  docker buildx bake -f infra/docker/docker-bake.hcl
# Only print what would be built:      docker buildx bake -f infra/docker/docker-bake.hcl --print
# One service, into the local engine:  docker buildx bake -f infra/docker/docker-bake.hcl local --set '*.output=type=docker'
#
# Each variable can be set in the environment. A builder of the docker-container driver is needed for more than one
# platform and for attestations; the arm64 compile cache needs an arm64 node in it, or emulation.

# Written by ./keel generate, from services.yaml.
variable "SERVICES" { default = "api-gateway,auth-service,user-service" }
# Stands before the name of every base image, with a slash at its end: a mirror of the registries.
variable "REGISTRY" { default = "" }
variable "NODE_IMAGE" { default = "${REGISTRY}node:26-trixie-slim" }
variable "DISTROLESS_IMAGE" { default = "${REGISTRY}gcr.io/distroless/nodejs26-debian13:nonroot" }
variable "NPM_CONFIG_REGISTRY" { default = "" }
# Stands before the name of every image that is built: "ghcr.io/you/", for instance.
variable "IMAGE_PREFIX" { default = "evenkeel/" }
variable "VERSION" { default = "local" }
variable "REVISION" { default = "unknown" }
variable "SOURCE" { default = "" }

group "default" { targets = ["service"] }
group "local" { targets = ["service-local"] }

target "common" {
  context    = "."
  dockerfile = "infra/docker/Dockerfile"
  target     = "prod"
  args = {
    NODE_IMAGE          = NODE_IMAGE
    DISTROLESS_IMAGE    = DISTROLESS_IMAGE
    NPM_CONFIG_REGISTRY = NPM_CONFIG_REGISTRY
    VERSION             = VERSION
    REVISION            = REVISION
    SOURCE              = SOURCE
  }
}

# What is published: with a bill of materials and a record of how it was built.
target "service" {
  inherits  = ["common"]
  name      = service
  matrix    = { service = split(",", SERVICES) }
  args      = { SERVICE = service }
  tags      = ["${IMAGE_PREFIX}${service}:${VERSION}"]
  platforms = ["linux/amd64", "linux/arm64"]
  attest    = ["type=sbom", "type=provenance,mode=max"]
}

# For this machine only, without attestations: any builder can make it.
target "service-local" {
  inherits = ["common"]
  name     = "${service}-local"
  matrix   = { service = split(",", SERVICES) }
  args     = { SERVICE = service }
  tags     = ["${IMAGE_PREFIX}${service}:${VERSION}"]
}
