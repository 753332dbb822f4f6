/** Clients of other services and servers. */
import type { Ask, ClientProgram } from "./client_program.ts";

const gemini = (version: string): Ask => ({
  vectors:
    "[embedding.values for embedding in client.models.embed_content(model=model, contents=[" +
    "types.Part.from_bytes(data=__import__('base64').b64decode(value[23:]), " +
    'mime_type="image/jpeg") if value.startswith("data:") else value for value in values], ' +
    `config={"http_options": {"api_version": "${version}"}}).embeddings]`,
  errors: ["ClientError", "ClientError"],
});

/** All of them. */
export const SERVER_PROGRAMS: readonly ClientProgram[] = [
  {
    page: "cohere",
    language: "python",
    asks: {
      v2: {
        vectors: 'client.embed(model=model, input_type="search_query", inputs=[{"content": [' +
          '{"type": "image_url", "image_url": {"url": value}} if value.startswith("data:") else ' +
          '{"type": "text", "text": value}]} for value in values]).embeddings.float_',
        errors: ["NotFoundError", "BadRequestError"],
      },
      v1: {
        vectors: '[cohere.Client(api_key="KEY", base_url="http://localhost:8080").embed(' +
          'model=model, input_type="image", **{"images" if value.startswith("data:") else "texts": ' +
          "[value]}).embeddings[0] for value in values]",
        errors: ["NotFoundError", "BadRequestError"],
      },
    },
  },
  {
    page: "cohere",
    language: "js",
    asks: {
      v2: {
        vectors: "(await client.embed({ ...server, model, inputs: values.map((value) => ({ " +
          'content: [value.startsWith("data:") ? { type: "image_url", imageUrl: { url: value } } ' +
          ': { type: "text", text: value }] })) })).embeddings.float',
        errors: ["NotFoundError", "BadRequestError"],
      },
    },
  },
  {
    page: "voyage",
    language: "python",
    asks: {
      multimodal: {
        vectors: 'client.multimodal_embed([{"content": [{"type": "image_base64", "image_base64": ' +
          'value} if value.startswith("data:") else {"type": "text", "text": value}]} ' +
          "for value in values], model=model).embeddings",
        errors: ["InvalidRequestError", "InvalidRequestError"],
      },
      pil: {
        // Decoded by Pillow, and sent as WebP without loss: the pixels are the same.
        vectors: "client.multimodal_embed([[__import__('PIL.Image').Image.open(__import__('io')." +
          "BytesIO(base64.b64decode(value[23:]))) if value == _uri else value] " +
          "for value in values], model=model).embeddings",
        errors: ["InvalidRequestError", "InvalidRequestError"],
      },
      texts: {
        vectors: "client.embed(values, model=model).embeddings",
        errors: ["InvalidRequestError", "InvalidRequestError"],
      },
    },
  },
  {
    page: "voyage",
    language: "js",
    asks: {
      multimodal: {
        vectors: "(await client.multimodalEmbed({ model, inputs: values.map((value) => ({ " +
          'content: [value.startsWith("data:") ? { type: "image_base64", imageBase64: value } ' +
          ': { type: "text", text: value }] })) })).data.map(({ embedding }) => embedding)',
        errors: ["VoyageAIError", "VoyageAIError"],
      },
      texts: {
        vectors: "(await client.embed({ model, input: values, truncation: true }))" +
          ".data.map(({ embedding }) => embedding)",
        errors: ["VoyageAIError", "VoyageAIError"],
      },
    },
  },
  {
    page: "gemini",
    language: "python",
    models: '[model.name.removeprefix("models/") for model in client.models.list()]',
    asks: { v1: gemini("v1"), v1beta: gemini("v1beta") },
  },
  {
    page: "gemini",
    language: "js",
    asks: {
      gemini: {
        vectors: "(await ai.models.embedContent({ model, contents: values.map((value) => " +
          'value.startsWith("data:") ? { inlineData: { mimeType: "image/jpeg", data: ' +
          "value.slice(23) } } : value) })).embeddings.map(({ values }) => values)",
        errors: ["ApiError", "ApiError"],
      },
    },
  },
  {
    page: "huggingface",
    language: "python",
    refusals: ["HfHubHTTPError", "HfHubHTTPError"],
    asks: {
      root: {
        vectors: 'InferenceClient(model="http://localhost:8080/?model=" + model, token="KEY")' +
          ".feature_extraction(values)",
        errors: ["HfHubHTTPError", "HfHubHTTPError"],
      },
      embed: {
        vectors: "[row for value in values for row in " +
          'InferenceClient(model="http://localhost:8080/embed?model=" + model, token="KEY")' +
          ".feature_extraction(value, normalize=True, truncate=True)]",
        errors: ["HfHubHTTPError", "HfHubHTTPError"],
      },
    },
  },
  {
    page: "huggingface",
    language: "js",
    refusals: ["ProviderApiError", "ProviderApiError"],
    asks: {
      root: {
        vectors: 'await new InferenceClient("KEY", ' +
          "{ endpointUrl: `http://localhost:8080/?model=${model}` })" +
          ".featureExtraction({ inputs: values })",
        errors: ["ProviderApiError", "ProviderApiError"],
      },
    },
  },
  {
    page: "text-embeddings-inference",
    language: "python",
    refusals: ["KeyError", "KeyError"],
    asks: {
      llama: {
        vectors: '[TextEmbeddingsInference(model_name=model, auth_token="KEY", ' +
          'base_url="http://localhost:8080", endpoint="/embed?model=" + model)' +
          ".get_text_embedding(value) for value in values]",
        errors: ["KeyError", "KeyError"],
      },
      chroma: {
        vectors: 'HuggingFaceEmbeddingServer("http://localhost:8080/embed?model=" + model, ' +
          'api_key="KEY")(values)',
        errors: ["ValueError", "ValueError"],
      },
    },
  },
  {
    page: "ollama",
    language: "python",
    refusals: ["ResponseError", "ResponseError"],
    models: "[model.model for model in client.list().models]",
    asks: {
      embed: {
        vectors: "client.embed(model, values).embeddings",
        errors: ["ResponseError", "ResponseError"],
      },
      embeddings: {
        vectors: "[client.embeddings(model, value).embedding for value in values]",
        errors: ["ResponseError", "ResponseError"],
      },
    },
  },
  {
    page: "ollama",
    language: "js",
    refusals: ["ResponseError", "ResponseError"],
    models: "(await client.list()).models.map(({ name }) => name)",
    asks: {
      embed: {
        vectors: "(await client.embed({ model, input: values })).embeddings",
        errors: ["ResponseError", "ResponseError"],
      },
    },
  },
  {
    page: "roboflow",
    language: "python",
    refusals: ["KeyError", "KeyError"],
    asks: {
      // Names no model, so that none is unknown.
      roboflow: { vectors: "embed(values)", errors: ["nothing", "KeyError"] },
    },
  },
  { page: "chroma-images", language: "python", asks: {} },
  { page: "qdrant", language: "python", asks: {} },
  { page: "pgvector", language: "js", asks: {} },
  {
    page: "tritonclient",
    language: "python",
    asks: {
      triton: {
        vectors: '[embed(model, "image", [_base64.b64decode(value.partition(",")[2])])[0] ' +
          'if value.startswith("data:") else embed(model, "text", [value])[0] for value in values]',
        errors: ["InferenceServerException", "InferenceServerException"],
      },
    },
  },
];
