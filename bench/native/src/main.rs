//! The native peer of the gateway: JPEGs by HTTP in, embeddings out, computed here or by Triton. A yardstick for
//! `deno task bench:peers --native` and no product: `bench/README.md` says what it leaves out.
//!
//! ```text
//! native-peer onnx LIBRARY FILE    embeds with a model's ONNX file, run by ONNX Runtime's shared library
//! native-peer triton URL MODEL     embeds with a model of a Triton that sees the same /dev/shm
//! native-peer tensor FILE          writes the model's input for one JPEG to standard output: f32 [3, 224, 224]
//! ```

mod engine;
mod http;
mod onnx;
mod preprocess;
mod region;
mod triton;

use std::{env, error::Error, fs, io::Write, sync::Arc, thread, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, runtime::Builder};

use engine::Engine;
use onnx::OnnxModel;
use triton::TritonModel;

const USAGE: &str = "usage: native-peer onnx LIBRARY FILE | triton URL MODEL | tensor FILE";

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Decoders keep their buffers and their model: none is to end in a pause of the load.
const DECODER_KEEP_ALIVE: Duration = Duration::from_secs(3600);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let threads = thread::available_parallelism()?.get();
    Builder::new_multi_thread()
        .worker_threads(threads)
        .max_blocking_threads(threads)
        .thread_keep_alive(DECODER_KEEP_ALIVE)
        .enable_all()
        .build()?
        .block_on(run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()))
}

async fn run(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    match *arguments {
        ["onnx", library, file] => serve(Engine::Onnx(Arc::new(OnnxModel::load(library, file)?))).await,
        ["triton", url, model] => serve(Engine::Triton(Arc::new(TritonModel::connect(url, model).await?))).await,
        ["tensor", file] => {
            let mut tensor = vec![0.0; preprocess::TENSOR_LENGTH];
            preprocess::preprocess(&fs::read(file)?, &mut tensor).map_err(|(_, message)| message)?;
            let bytes: Vec<u8> = tensor.iter().flat_map(|number| number.to_le_bytes()).collect();
            Ok(std::io::stdout().write_all(&bytes)?)
        }
        _ => Err(USAGE.into()),
    }
}

/// Serves on a free port, which it prints, until it is killed.
async fn serve(engine: Engine) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let engine = engine.clone();
        let service = service_fn(move |request| http::handle(engine.clone(), request));
        // A connection that breaks off is its client's affair.
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}
