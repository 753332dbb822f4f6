//! A model of Triton's: inputs go by shared memory, calls and embeddings by gRPC.

use std::error::Error;

use hyper::StatusCode;
use tonic::transport::{Channel, Endpoint};

use crate::{
    http::{Failure, failure},
    preprocess::{CROP_SIDE, preprocess},
    region::{REGION_BYTES, Region, SLOT_BYTES, Slot},
};

#[allow(dead_code)]
mod protocol {
    tonic::include_proto!("inference");
}
use protocol::grpc_inference_service_client::GrpcInferenceServiceClient;
use protocol::infer_parameter::ParameterChoice::{self, Int64Param, StringParam};
use protocol::model_infer_request::InferInputTensor;
use protocol::{InferParameter, ModelInferRequest, SystemSharedMemoryRegisterRequest};

/// A model that can be asked.
pub struct TritonModel {
    client: GrpcInferenceServiceClient<Channel>,
    region: Region,
    name: String,
}

impl TritonModel {
    /// Connects, and registers a region of shared memory.
    pub async fn connect(url: &str, name: &str) -> Result<Self, Box<dyn Error>> {
        let channel = Endpoint::from_shared(url.to_string())?.tcp_nodelay(true).connect().await?;
        let mut client = GrpcInferenceServiceClient::new(channel);
        let region = Region::create()?;
        let (key, byte_size) = (region.name.clone(), REGION_BYTES as u64);
        let request = SystemSharedMemoryRegisterRequest { name: key.clone(), key, offset: 0, byte_size };
        let registered = client.system_shared_memory_register(request).await;
        region.unlink();
        registered?;
        Ok(Self { client, region, name: name.into() })
    }

    /// A slot with the input for a JPEG.
    pub fn fill(&self, jpeg: &[u8]) -> Result<Slot, Failure> {
        let slot = self.region.lease().ok_or((StatusCode::TOO_MANY_REQUESTS, "all slots are taken".into()))?;
        preprocess(jpeg, slot.tensor)?;
        Ok(slot)
    }

    /// The embedding of a slot's input.
    pub async fn infer(&self, slot: &Slot) -> Result<Vec<f32>, Failure> {
        let broken = StatusCode::BAD_GATEWAY;
        let reply = self.client.clone().model_infer(self.request(slot)).await.map_err(failure(broken))?;
        let [bytes] = &reply.get_ref().raw_output_contents[..] else {
            return Err((broken, "Triton must send one output".into()));
        };
        Ok(bytes.as_chunks().0.iter().map(|&number| f32::from_le_bytes(number)).collect())
    }

    fn request(&self, slot: &Slot) -> ModelInferRequest {
        let parameter =
            |name: &str, choice: ParameterChoice| (name.to_string(), InferParameter { parameter_choice: Some(choice) });
        let parameters = [
            parameter("shared_memory_region", StringParam(self.region.name.clone())),
            parameter("shared_memory_offset", Int64Param(slot.offset as i64)),
            parameter("shared_memory_byte_size", Int64Param(SLOT_BYTES as i64)),
        ];
        let input = InferInputTensor {
            name: "image".into(),
            datatype: "FP32".into(),
            shape: vec![1, 3, CROP_SIDE as i64, CROP_SIDE as i64],
            parameters: parameters.into(),
        };
        ModelInferRequest { model_name: self.name.clone(), inputs: vec![input], ..Default::default() }
    }
}
