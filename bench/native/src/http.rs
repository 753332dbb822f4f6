//! `POST /embed/base64`, as the gateway has it: `{"images": ["BASE64", …]}` to `{"embeddings": [[…], …]}`.

use std::{convert::Infallible, fmt::Display};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Request, Response, StatusCode, body::Incoming, header};
use serde::{Deserialize, Serialize};

use crate::engine::Engine;

/// What a client is told in place of embeddings.
pub type Failure = (StatusCode, String);

/// As the gateway's limits.
const BODY_BYTES_MAX: usize = 32 << 20;
const IMAGES_MAX: usize = 32;

/// Base64 needs no escapes in JSON, so its text is taken where it stands; a text with escapes is refused.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    images: Vec<&'a str>,
}

#[derive(Serialize)]
struct Reply {
    embeddings: Vec<Vec<f32>>,
}

/// Turns errors into failures of one status, for `map_err`.
pub fn failure<E: Display>(status: StatusCode) -> impl Fn(E) -> Failure {
    move |error| (status, error.to_string())
}

/// The files in a request's body.
pub fn photos(body: &[u8]) -> Result<Vec<Vec<u8>>, Failure> {
    let refused = StatusCode::BAD_REQUEST;
    let Body { images } = serde_json::from_slice(body).map_err(failure(refused))?;
    if images.len() > IMAGES_MAX {
        return Err((refused, format!("images must be at most {IMAGES_MAX}")));
    }
    let decode = |text| base64_simd::STANDARD.decode_to_vec(text).map_err(failure(refused));
    images.into_iter().map(decode).collect()
}

/// Answers a request; whatever goes wrong becomes a reply, too.
pub async fn handle(engine: Engine, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (status, text) = match embed(engine, request).await {
        Ok(text) => (StatusCode::OK, text),
        Err((status, message)) => {
            let error = serde_json::json!({ "error": { "code": status.as_str(), "message": message } });
            (status, error.to_string().into_bytes())
        }
    };
    let response = Response::builder().status(status).header(header::CONTENT_TYPE, "application/json");
    Ok(response.body(Full::new(text.into())).expect("a valid response"))
}

async fn embed(engine: Engine, request: Request<Incoming>) -> Result<Vec<u8>, Failure> {
    if request.method() != "POST" || request.uri().path() != "/embed/base64" {
        return Err((StatusCode::NOT_FOUND, "there is POST /embed/base64 alone".into()));
    }
    let body = Limited::new(request.into_body(), BODY_BYTES_MAX).collect().await;
    let body = body.map_err(failure(StatusCode::BAD_REQUEST))?.to_bytes();
    let mut embeddings = engine.embed(body).await?;
    embeddings.iter_mut().for_each(|row| normalize(row));
    serde_json::to_vec(&Reply { embeddings }).map_err(failure(StatusCode::INTERNAL_SERVER_ERROR))
}

/// To length 1, in double precision as the gateway does it; zeros stay zeros.
fn normalize(row: &mut [f32]) {
    let length = row.iter().map(|&number| f64::from(number).powi(2)).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
    row.iter_mut().for_each(|number| *number = (f64::from(*number) / length) as f32);
}
