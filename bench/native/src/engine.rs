//! Who computes embeddings, and on which threads photos are decoded for it.

use std::sync::Arc;

use bytes::Bytes;
use hyper::StatusCode;
use tokio::task::spawn_blocking;

use crate::http::{Failure, failure, photos};
use crate::{onnx::OnnxModel, preprocess::preprocess, triton::TritonModel};

/// A model, here or on Triton.
#[derive(Clone)]
pub enum Engine {
    Onnx(Arc<OnnxModel>),
    Triton(Arc<TritonModel>),
}

impl Engine {
    /// Embeddings of the photos in a body, not normalised.
    pub async fn embed(&self, body: Bytes) -> Result<Vec<Vec<f32>>, Failure> {
        match self.clone() {
            Self::Onnx(model) => {
                let embed = move |jpeg: &[u8]| model.run(|input| preprocess(jpeg, input));
                each_photo(body, embed).await
            }
            Self::Triton(model) => {
                let lender = model.clone();
                let mut rows = vec![];
                for slot in each_photo(body, move |jpeg| lender.fill(jpeg)).await? {
                    rows.push(model.infer(&slot).await?);
                }
                Ok(rows)
            }
        }
    }
}

/// Works on photos on one of as many threads as there are cores, so that a large one delays nobody else's reply.
async fn each_photo<T: Send + 'static>(
    body: Bytes,
    work: impl Fn(&[u8]) -> Result<T, Failure> + Send + 'static,
) -> Result<Vec<T>, Failure> {
    let all = move || photos(&body)?.iter().map(|jpeg| work(jpeg)).collect();
    spawn_blocking(all).await.map_err(failure(StatusCode::INTERNAL_SERVER_ERROR))?
}
