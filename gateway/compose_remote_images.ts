/** What fetches images from addresses, where that is asked for. */
import type { Config } from "./config/config_fields.ts";
import { AllowedHosts } from "./remote_images/allowed_hosts.ts";
import { FetchPlaces } from "./remote_images/fetch_places.ts";
import { ImageFetcher, type Network } from "./remote_images/image_fetcher.ts";
import { NO_REMOTE_IMAGES, RemoteImages } from "./remote_images/remote_images.ts";
import { systemNetwork } from "./remote_images/system_network.ts";

/** Builds an isolate's part of it. */
export function composeRemoteImages(
  config: Config,
  isolates: number,
  network?: Network,
): Pick<RemoteImages, "fetchAll"> {
  if (config.urlInput === "off") return NO_REMOTE_IMAGES;
  const hosts = new AllowedHosts(config.urlInputHosts);
  const places = Math.max(1, Math.floor(config.urlInputFetchesMax / isolates));
  return new RemoteImages({
    fetcher: new ImageFetcher({
      hosts,
      network: network ?? systemNetwork(),
      bytesMax: config.imageBytesMax,
    }),
    bytesMax: config.bodyBytesMax,
    places: new FetchPlaces(places),
    timeoutMs: config.urlInputTimeoutMs,
  });
}
