module cdk8s-wasm.test/inventory

go 1.26.0
