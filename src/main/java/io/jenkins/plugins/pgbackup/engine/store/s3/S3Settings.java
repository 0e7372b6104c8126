package io.jenkins.plugins.pgbackup.engine.store.s3;

import io.jenkins.plugins.pgbackup.engine.failure.InvalidInputException;
import io.jenkins.plugins.pgbackup.engine.store.s3.transfer.PartPlan;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How to reach S3 and how objects are kept there. Everything is optional: {@code null}, an empty text, {@code false} or
 * an empty map leave it to AWS's defaults.
 *
 * @param region the bucket's, {@code eu-central-1}
 * @param endpoint another server than AWS: {@code https://host:port}
 * @param pathStyle whether the bucket stands in the path instead of the host name, as most servers that are not AWS
 *     want it
 * @param storageClass {@code STANDARD_IA}, or whatever the server calls its own
 * @param sse encryption at rest, {@code AES256} or {@code aws:kms}
 * @param kmsKeyId id, ARN or alias of a key; only with {@code aws:kms}, whose default key is used without
 * @param tags of every object that is made
 * @param partSize of the parts that a dump is uploaded in, in MiB; without it, one that its expected size leads to
 */
public record S3Settings(
        String region,
        String endpoint,
        boolean pathStyle,
        String storageClass,
        String sse,
        String kmsKeyId,
        Map<String, String> tags,
        Integer partSize) {

    static final String KMS = "aws:kms";
    private static final String AES256 = "AES256";

    /** It becomes a part of a host name, hence a label of DNS (RFC 1123). */
    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

    private static final Pattern AWS_HOST = Pattern.compile(".*\\.amazonaws\\.com(\\.cn)?");

    private static final Pattern STORAGE_CLASS = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** From "Understanding S3 Glacier storage classes for long-term data storage" of the Amazon S3 User Guide. */
    private static final Set<String> ARCHIVES = Set.of("GLACIER", "DEEP_ARCHIVE");

    /** From the API reference of AWS KMS, "KeyId": 1 to 2048 characters; those of ids, ARNs and aliases. */
    private static final Pattern KMS_KEY_ID = Pattern.compile("[A-Za-z0-9:/_-]{1,2048}");

    /** How the store is reached, as texts that {@link #ofAccess} reads again. */
    public Map<String, String> access() {
        Map<String, String> access = new TreeMap<>(Map.of("pathStyle", String.valueOf(pathStyle)));
        if (region != null) {
            access.put("region", region);
        }
        if (endpoint != null) {
            access.put("endpoint", endpoint);
        }
        return access;
    }

    /** The settings that reach a store, and no others. */
    public static S3Settings ofAccess(Map<String, String> access) {
        return new S3Settings(
                access.get("region"),
                access.get("endpoint"),
                Boolean.parseBoolean(access.get("pathStyle")),
                null,
                null,
                null,
                Map.of(),
                null);
    }

    /** Everything as AWS has it by default. */
    public static final S3Settings DEFAULTS = new S3Settings(null, null, false, null, null, null, Map.of(), null);

    private static final int MIN_PART_MIB = (int) (PartPlan.MIN_PART_BYTES / PartPlan.MIB);
    private static final int MAX_PART_MIB = (int) (PartPlan.MAX_PART_BYTES / PartPlan.MIB);

    /** @throws InvalidInputException if a setting is invalid */
    public S3Settings {
        region = blankToNull(region);
        endpoint = blankToNull(endpoint);
        storageClass = blankToNull(storageClass);
        sse = blankToNull(sse);
        kmsKeyId = blankToNull(kmsKeyId);
        tags = tags == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(tags));
        if (region != null && !REGION.matcher(region).matches()) {
            throw new InvalidInputException("The S3 region is not one: write its code, for example eu-central-1.");
        }
        if (endpoint != null) {
            parseEndpoint(endpoint);
        }
        if (storageClass != null && !STORAGE_CLASS.matcher(storageClass).matches()) {
            throw new InvalidInputException(
                    "The S3 storage class is not one: write its name as the API has it, for example STANDARD_IA.");
        }
        checkEncryption(sse, kmsKeyId);
        TagRules.check(tags);
        if (partSize != null && (partSize < MIN_PART_MIB || partSize > MAX_PART_MIB)) {
            throw noPartSize();
        }
    }

    /**
     * Reads a size of parts as people write it.
     *
     * @return MiB, or {@code null} if nothing is written
     * @throws InvalidInputException if it is no whole number
     */
    public static Integer parsePartSize(String text) {
        String written = blankToNull(text);
        try {
            return written == null ? null : Integer.valueOf(written);
        } catch (NumberFormatException e) {
            throw noPartSize();
        }
    }

    private static InvalidInputException noPartSize() {
        return new InvalidInputException("The size of the parts (partSize) is not a whole number of MiB from "
                + MIN_PART_MIB + " to " + MAX_PART_MIB + ": write one, or leave it out.");
    }

    /** The server that is not AWS, where one is set. */
    public Optional<URI> endpointUri() {
        return Optional.ofNullable(endpoint).map(S3Settings::parseEndpoint);
    }

    /** Whether what goes to the store can be read on the way. */
    public boolean isUnencrypted() {
        return scheme().equals("http");
    }

    /**
     * Refuses an endpoint that is the address of the bucket itself, before whose host its name would stand once more.
     *
     * @throws InvalidInputException with a sentence that says what to write
     */
    void checkEndpoint(String bucket) {
        String host = endpointUri().map(URI::getHost).orElse("").toLowerCase(Locale.ROOT);
        boolean aws = AWS_HOST.matcher(host).matches();
        if (host.startsWith(bucket + '.') && (aws || !pathStyle)) {
            throw new InvalidInputException("The S3 endpoint begins with the bucket \"" + bucket + "\": write "
                    + scheme() + "://" + endpointUri().get().getAuthority().substring(bucket.length() + 1)
                    + ", and the bucket as destination alone"
                    + (aws ? "." : ", or set path style where the server itself is called like that."));
        }
    }

    /** The scheme of the requests to the store: {@code https}, or that of the endpoint. */
    public String scheme() {
        return endpointUri().map(URI::getScheme).orElse("https").toLowerCase(Locale.ROOT);
    }

    /** As a header has them: like the query of a URL. Not of the SDK's types, which write a header for no tags, too. */
    String tagging() {
        return tags.isEmpty()
                ? null
                : tags.entrySet().stream()
                        .map(tag -> encoded(tag.getKey()) + '=' + encoded(tag.getValue()))
                        .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Which settings every new object's request tells the store, which may not know them: {@code encryption}. */
    List<String> ofEachObject() {
        List<String> names = new ArrayList<>();
        if (sse != null) {
            names.add("encryption");
        }
        if (storageClass != null) {
            names.add("storage class");
        }
        if (!tags.isEmpty()) {
            names.add("tags");
        }
        return names;
    }

    /**
     * Refuses where objects are archived as soon as they are there.
     *
     * @throws InvalidInputException with a sentence that says what to choose
     */
    void requireReadable() {
        if (storageClass != null && ARCHIVES.contains(storageClass.toUpperCase(Locale.ROOT))) {
            throw new InvalidInputException("Objects of the S3 storage class " + storageClass
                    + " cannot be read back before they are restored: choose another one, GLACIER_IR for example,"
                    + " or another verification than reread.");
        }
    }

    private static String blankToNull(String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    private static URI parseEndpoint(String endpoint) {
        URI uri;
        try {
            uri = new URI(endpoint);
        } catch (URISyntaxException e) {
            // Without the cause, whose message repeats what may hold a password.
            throw new InvalidInputException("The S3 endpoint is not a URL: write it as https://host:port.");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new InvalidInputException(
                    "The S3 endpoint begins with neither http:// nor https://: write https://host:port.");
        }
        if (uri.getRawAuthority() != null && uri.getRawAuthority().indexOf('@') >= 0) {
            throw new InvalidInputException(
                    "The S3 endpoint has a user name in it: write https://host:port and give the AWS credentials apart from it.");
        }
        if (uri.getHost() == null) {
            throw new InvalidInputException("The S3 endpoint has no host that a URL can have (letters, digits, dots and"
                    + " hyphens, no underscore): write https://host:port.");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65535) {
            throw new InvalidInputException(
                    "The S3 endpoint's port is not between 1 and 65535: write https://host:port.");
        }
        if (!uri.getRawPath().isEmpty() && !uri.getRawPath().equals("/")
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null) {
            throw new InvalidInputException("The S3 endpoint has something after the host:"
                    + " write https://host:port, and the bucket as destination.");
        }
        return uri;
    }

    private static void checkEncryption(String sse, String kmsKeyId) {
        if (sse != null && !sse.equals(AES256) && !sse.equals(KMS)) {
            throw new InvalidInputException(
                    "The S3 encryption (sse) is neither AES256 nor aws:kms: write one of these.");
        }
        if (kmsKeyId != null && !KMS.equals(sse)) {
            throw new InvalidInputException(
                    "A KMS key is set, but not the encryption that uses it: set sse to aws:kms.");
        }
        if (kmsKeyId != null && !KMS_KEY_ID.matcher(kmsKeyId).matches()) {
            throw new InvalidInputException("The KMS key is not one: write its id, its ARN or its alias (alias/name).");
        }
    }
}
