module cdk8s-wasm.test/client

go 1.26.0
