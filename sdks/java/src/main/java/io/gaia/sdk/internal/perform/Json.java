package io.gaia.sdk.internal.perform;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.ToNumberPolicy;

/** Values as JSON and back. The library is loaded with the first value that needs it. */
public final class Json {
    private Json() {}

    /**
     * A value as JSON.
     *
     * @throws IllegalArgumentException when it has no form in JSON
     */
    public static String write(Object value) {
        if (value == null || value instanceof Boolean || value instanceof Integer || value instanceof Long) {
            return String.valueOf(value);
        }
        try {
            return Library.GSON.toJson(value);
        } catch (RuntimeException | StackOverflowError unfit) {
            String text = unfit instanceof StackOverflowError ? "it contains itself" : unfit.getMessage();
            throw new IllegalArgumentException(text, unfit);
        }
    }

    /**
     * JSON as null, String, Boolean, Long, Double, List or Map.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Object read(String json) {
        return read(json, Object.class);
    }

    /**
     * JSON as an object of a class.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static <T> T read(String json, Class<T> type) {
        try {
            return Library.GSON.fromJson(json, type);
        } catch (JsonParseException unfit) {
            throw new IllegalArgumentException(unfit.getMessage(), unfit);
        }
    }

    private static final class Library {
        static final Gson GSON = new GsonBuilder()
                .serializeNulls()
                .disableHtmlEscaping()
                .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
                .create();
    }
}
