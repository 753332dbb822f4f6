/** Clients that ask as OpenAI's do. */
import type { Ask, ClientProgram } from "./client_program.ts";

const OPENAI_ERRORS = ["NotFoundError", "BadRequestError"] as const;

const OPENAI_REFUSALS = ["AuthenticationError", "RateLimitError"] as const;

/** What LiteLLM makes of every error of the providers that it has no table for. */
const UNMAPPED = ["APIConnectionError", "APIConnectionError"] as const;

const litellm = (prefix: string, base: string, errors: Ask["errors"] = OPENAI_ERRORS): Ask => ({
  vectors: `[item["embedding"] for item in litellm.embedding(model="${prefix}/" + model, ` +
    `input=values, api_key="KEY", api_base="http://localhost:8080${base}").data]`,
  errors,
});

/** All of them. */
export const OPENAI_PROGRAMS: readonly ClientProgram[] = [
  {
    page: "openai",
    language: "python",
    refusals: OPENAI_REFUSALS,
    models: "[model.id for model in client.models.list()]",
    asks: {
      openai: {
        vectors:
          "[item.embedding for item in client.embeddings.create(model=model, input=values).data]",
        errors: OPENAI_ERRORS,
      },
    },
  },
  {
    page: "openai",
    language: "js",
    refusals: OPENAI_REFUSALS,
    models: "(await client.models.list()).data.map(({ id }) => id)",
    asks: {
      openai: {
        vectors:
          "(await client.embeddings.create({ model, input: values })).data.map((item) => item.embedding)",
        errors: OPENAI_ERRORS,
      },
    },
  },
  {
    page: "litellm",
    language: "python",
    refusals: ["AuthenticationError"],
    asks: {
      openai: litellm("openai", "/v1"),
      hosted_vllm: litellm("hosted_vllm", "/v1"),
      nvidia_nim: litellm("nvidia_nim", "/v1"),
      infinity: litellm("infinity", "", UNMAPPED),
      jina_ai: litellm("jina_ai", "/v1", UNMAPPED),
    },
  },
  {
    page: "langchain",
    language: "python",
    refusals: OPENAI_REFUSALS,
    asks: {
      langchain: {
        vectors:
          'OpenAIEmbeddings(model=model, base_url="http://localhost:8080/v1", api_key="KEY", ' +
          "check_embedding_ctx_length=False).embed_documents(values)",
        errors: OPENAI_ERRORS,
      },
    },
  },
  {
    page: "langchain",
    language: "js",
    refusals: ["AuthenticationError"],
    asks: {
      langchain: {
        vectors:
          'await new OpenAIEmbeddings({ model, apiKey: "KEY", configuration }).embedDocuments(values)',
        errors: OPENAI_ERRORS,
      },
    },
  },
  {
    page: "vercel-ai",
    language: "js",
    refusals: ["AI_APICallError", "AI_RetryError"],
    asks: {
      ai: {
        vectors: "(await embedMany({ model: gateway.embeddingModel(model), values })).embeddings",
        errors: ["AI_APICallError", "AI_APICallError"],
      },
    },
  },
  {
    page: "infinity",
    language: "python",
    refusals: ["UnexpectedStatus", "UnexpectedStatus"],
    models: "[model.id for model in __import__('infinity_client.api.default.models', " +
      "fromlist=['sync']).sync(client=client).data]",
    asks: {
      infinity: {
        vectors:
          "[embeddings.sync(client=client, body=(OpenAIEmbeddingInputImage(input_=[value], " +
          'model=model, modality=Modality.IMAGE) if value.startswith("data:") else ' +
          "OpenAIEmbeddingInputText(input_=value, model=model))).data[0].embedding " +
          "for value in values]",
        errors: ["UnexpectedStatus", "UnexpectedStatus"],
      },
    },
  },
  {
    page: "llama-index",
    language: "python",
    refusals: ["AuthenticationError"],
    asks: {
      llama: {
        vectors: 'OpenAIEmbedding(model_name=model, api_base="http://localhost:8080/v1", ' +
          'api_key="KEY").get_text_embedding_batch(values)',
        errors: OPENAI_ERRORS,
      },
    },
  },
  {
    page: "haystack",
    language: "python",
    refusals: OPENAI_REFUSALS,
    asks: {
      haystack: {
        vectors: '[OpenAITextEmbedder(api_base_url="http://localhost:8080/v1", model=model, ' +
          'api_key=Secret.from_token("KEY")).run(text=value)["embedding"] for value in values]',
        errors: OPENAI_ERRORS,
      },
    },
  },
  {
    page: "chroma",
    language: "python",
    refusals: OPENAI_REFUSALS,
    asks: {
      chroma: {
        vectors: 'OpenAIEmbeddingFunction(model_name=model, api_key="KEY", ' +
          'api_base="http://localhost:8080/v1")(values)',
        errors: OPENAI_ERRORS,
      },
    },
  },
];
