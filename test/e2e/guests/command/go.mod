module cdk8s-wasm.test/command

go 1.26.0
