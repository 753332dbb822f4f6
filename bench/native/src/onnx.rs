//! A model's ONNX file, run here by ONNX Runtime.

use std::{cell::RefCell, error::Error};

use hyper::StatusCode;
use ort::{environment::Environment, inputs, session::Session, value::TensorRef};

use crate::{
    http::{Failure, failure},
    preprocess::{CROP_SIDE, TENSOR_LENGTH},
};

/// A session and its input.
type Runner = (Session, Vec<f32>);

thread_local! {
    static RUNNER: RefCell<Option<Runner>> = const { RefCell::new(None) };
}

/// A model that every decoding thread runs for itself: photos share the cores already.
pub struct OnnxModel {
    environment: Environment,
    file: String,
}

impl OnnxModel {
    /// Opens the runtime's shared library, and the file once to see that it can be run.
    pub fn load(library: &str, file: &str) -> Result<Self, Box<dyn Error>> {
        let environment = ort::init_from(library)?.with_telemetry(false).build()?;
        let model = Self { environment, file: file.into() };
        model.runner()?;
        Ok(model)
    }

    /// The embedding of the input that a function writes.
    pub fn run(&self, write: impl FnOnce(&mut [f32]) -> Result<(), Failure>) -> Result<Vec<f32>, Failure> {
        let broken = StatusCode::INTERNAL_SERVER_ERROR;
        RUNNER.with_borrow_mut(|kept| {
            let (session, input) = match kept {
                Some(runner) => runner,
                None => kept.insert(self.runner().map_err(failure(broken))?),
            };
            write(input)?;
            infer(session, input).map_err(failure(broken))
        })
    }

    fn runner(&self) -> ort::Result<Runner> {
        let mut builder = Session::builder(&self.environment)?.with_intra_threads(1)?;
        Ok((builder.commit_from_file(&self.file)?, vec![0.0; TENSOR_LENGTH]))
    }
}

fn infer(session: &mut Session, input: &[f32]) -> ort::Result<Vec<f32>> {
    let tensor = TensorRef::from_array_view(([1, 3, CROP_SIDE, CROP_SIDE], input))?;
    let outputs = session.run(inputs![tensor])?;
    let (_, row) = outputs[0].try_extract_tensor::<f32>()?;
    Ok(row.to_vec())
}
