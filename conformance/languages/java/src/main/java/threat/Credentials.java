package threat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;

/** The credentials of each API, as an interceptor of OkHttp that signs a request as it is sent. */
public interface Credentials extends Interceptor {
  /** A body and its media type, as Hawk hashes them. */
  record Payload(String media, byte[] bytes) {}

  /** The headers that go with a request; payload is null where there is no body. */
  Map<String, String> sign(String method, HttpUrl url, Payload payload, long time, String nonce);

  /** Headers that are sent as they are. */
  static Credentials headers(Map<String, String> headers) {
    return (method, url, payload, time, nonce) -> headers;
  }

  static Credentials basic(String user, String password) {
    return headers(Map.of("Authorization", "Basic " + base64((user + ":" + password).getBytes(UTF_8))));
  }

  static Credentials threatConnect(String accessId, String secretKey) {
    return (method, url, payload, time, nonce) -> {
      String signature = mac(secretKey, line(url) + ":" + method + ":" + time);
      return Map.of("Timestamp", String.valueOf(time), "Authorization", "TC " + accessId + ":" + signature);
    };
  }

  static Credentials hawk(String id, String key, String ext) {
    return (method, url, payload, time, nonce) -> {
      String hash = payload == null ? "" : hash(payload);
      String mac = mac(key, String.join("\n", "hawk.1.header", "" + time, nonce, method, line(url), url.host(), "" + url.port(), hash, ext, ""));
      Map<String, String> attributes = new LinkedHashMap<>();
      attributes.put("id", id);
      attributes.put("ts", "" + time);
      attributes.put("nonce", nonce);
      attributes.put("hash", hash);
      attributes.put("ext", ext);
      attributes.put("mac", mac);
      attributes.values().removeIf(String::isEmpty);
      String list = String.join(", ", attributes.entrySet().stream().map(a -> a.getKey() + "=\"" + a.getValue() + "\"").toList());
      return Map.of("Authorization", "Hawk " + list);
    };
  }

  @Override
  default Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    Payload payload = null;
    if (request.body() != null && request.body().contentType() != null) {
      Buffer body = new Buffer();
      request.body().writeTo(body);
      payload = new Payload(request.body().contentType().toString(), body.readByteArray());
    }
    var headers = request.headers().newBuilder();
    long now = Instant.now().getEpochSecond();
    sign(request.method(), request.url(), payload, now, UUID.randomUUID().toString()).forEach((name, value) -> headers.removeAll(name).addUnsafeNonAscii(name, value));
    return chain.proceed(request.newBuilder().headers(headers.build()).build());
  }

  /** Path and query as they stand on the request line. */
  private static String line(HttpUrl url) {
    return url.encodedPath() + (url.encodedQuery() == null ? "" : "?" + url.encodedQuery());
  }

  private static String mac(String key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
      return base64(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hash(Payload payload) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String media = payload.media().split(";")[0].trim().toLowerCase(Locale.ROOT);
      digest.update(("hawk.1.payload\n" + media + "\n").getBytes(UTF_8));
      digest.update(payload.bytes());
      return base64(digest.digest("\n".getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
