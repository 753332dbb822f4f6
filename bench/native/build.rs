//! Generates the client of Triton's protocol from the gateway's own description of it; no `protoc` is needed.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = "../../proto";
    println!("cargo::rerun-if-changed={folder}/inference.proto");
    let files = protox::compile(["inference.proto"], [folder])?;
    tonic_prost_build::configure().build_server(false).bytes(".").compile_fds(files)?;
    Ok(())
}
