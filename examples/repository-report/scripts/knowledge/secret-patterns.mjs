// What a secret looks like. `certain`: a form that only that service issues. `likely`: a value of high entropy beside a
// word such as "token", or a form that others use too. Patterns are linear (no nested repeats), so that no line stalls the scan.

const PLACEHOLDER =
  /example|sample|dummy|placeholder|changeme|change[_-]me|your[_-]?|my[_-]?(secret|token|key)|redacted|removed|insert|replace|xxxx|\*\*\*|\.\.\.|1234567|abcdef|foobar|deadbeef|testtest|fake|mock|default|undefined|null|none|todo/i;
const WEAK_PASSWORD =
  /^(pass(word|wd)?|pwd|secret|root|admin|user(name)?|guest|test(ing)?|demo|postgres|mysql|redis|mongo|rabbit|token|hunter2|letmein|qwerty)\d*$/i;

/** Tokens by the form their issuer gives them. `value`: the group that is the secret (0: the whole match). */
export const TOKEN_RULES = [
  rule("aws-access-key", "AWS access key id", /\b((?:AKIA|ASIA|AROA|AIDA)[A-Z2-7]{16})\b/g),
  rule("github-token", "GitHub token", /\b(gh[pousr]_[A-Za-z0-9]{36,251})\b/g),
  rule(
    "github-fine-grained",
    "GitHub fine-grained token",
    /\b(github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b/g,
  ),
  rule("gitlab-token", "GitLab token", /\b(gl(?:pat|ptt|dt|rt|cbt|soat)-[A-Za-z0-9_-]{20,})/g),
  rule("slack-token", "Slack token", /\b(xox[baprs]-\d{8,}-[A-Za-z0-9-]{16,})/g),
  rule(
    "slack-webhook",
    "Slack webhook",
    /hooks\.slack\.com\/services\/(T[A-Z0-9]{6,}\/B[A-Z0-9]{6,}\/[A-Za-z0-9]{20,})/g,
  ),
  rule("stripe-key", "Stripe live key", /\b((?:sk|rk)_live_[A-Za-z0-9]{20,})\b/g),
  rule("google-api-key", "Google API key", /\b(AIza[A-Za-z0-9_-]{35})(?![A-Za-z0-9_-])/g),
  rule(
    "google-client-secret",
    "Google OAuth client secret",
    /\b(GOCSPX-[A-Za-z0-9_-]{28})(?![A-Za-z0-9_-])/g,
  ),
  rule("npm-token", "npm token", /\b(npm_[A-Za-z0-9]{36})\b/g),
  rule("pypi-token", "PyPI token", /\b(pypi-AgE[A-Za-z0-9_-]{50,})/g),
  rule("openai-key", "OpenAI key", /\b(sk-(?:[a-z]+-)?[A-Za-z0-9_-]{16,}T3BlbkFJ[A-Za-z0-9_-]{16,})/g),
  rule("anthropic-key", "Anthropic key", /\b(sk-ant-[a-z0-9]{3,8}-[A-Za-z0-9_-]{80,})/g),
  rule("sendgrid-key", "SendGrid key", /\b(SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])/g),
  rule("mailgun-key", "Mailgun key", /\b(key-[0-9a-f]{32})\b/g),
  rule("twilio-key", "Twilio key", /twilio.{0,40}\b(SK[0-9a-f]{32})\b/gi),
  rule("telegram-bot", "Telegram bot token", /\b(\d{8,10}:AA[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-])/g),
  rule(
    "discord-webhook",
    "Discord webhook",
    /discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/([A-Za-z0-9_-]{60,})/g,
  ),
  rule("digitalocean-token", "DigitalOcean token", /\b(do[opr]_v1_[0-9a-f]{64})\b/g),
  rule("huggingface-token", "Hugging Face token", /\b(hf_[A-Za-z]{34})\b/g),
  rule("shopify-token", "Shopify token", /\b(shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32})\b/g),
  rule("databricks-token", "Databricks token", /\b(dapi[0-9a-f]{32})\b/g),
  rule("vault-token", "HashiCorp Vault token", /\b(hv[sb]\.[A-Za-z0-9_-]{90,})/g),
  rule("azure-storage-key", "Azure storage key", /AccountKey=([A-Za-z0-9+/]{86}==)/g),
  rule("age-key", "age secret key", /\b(AGE-SECRET-KEY-1[0-9A-Z]{58})\b/g),
  rule("linear-key", "Linear key", /\b(lin_api_[A-Za-z0-9]{40})\b/g),
  rule(
    "json-web-token",
    "JSON web token",
    /\b(eyJ[A-Za-z0-9_-]{16,}\.eyJ[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{20,})/g,
    "likely",
  ),
  rule(
    "url-password",
    "Password in a URL",
    /\b[a-z][a-z0-9+.-]{2,20}:\/\/[^\s:/@"'`<>]{1,80}:([^\s/@"'`<>]{8,80})@[A-Za-z0-9]/g,
    "likely",
    isRealPassword,
  ),
];

/** The first line of a private key; the key itself has to follow, otherwise it is documentation. */
export const PRIVATE_KEY =
  /-----BEGIN ((?:[A-Z0-9]+ )*)PRIVATE KEY(?: BLOCK)?-----(?:\\r)?(?:\\n)?([A-Za-z0-9+/=]{40,})?/;
/** A line of a private key's body. */
export const PRIVATE_KEY_BODY = /^[\s"'+]*([A-Za-z0-9+/=]{40,})/;

/** A quick look that nearly every line fails, before the rules are tried one by one. */
export const TOKEN_HINT =
  /AKIA|ASIA|AROA|AIDA|gh[pousr]_|github_pat_|gl(?:pat|ptt|dt|rt|cbt|soat)-|xox[baprs]-|hooks\.slack|[sr]k_live_|AIza|GOCSPX-|npm_|pypi-AgE|T3BlbkFJ|sk-ant-|SG\.|key-[0-9a-f]{8}|[Tt]wilio|TWILIO|:AA|api\/webhooks|do[opr]_v1_|hf_|shp(?:at|ca|pa|ss)_|dapi[0-9a-f]|hv[sb]\.|AccountKey=|AGE-SECRET|lin_api_|eyJ|:\/\/[^\s:/@"'`<>]{1,80}:|PRIVATE KEY/;

const KEYWORD =
  /(?:secret|token|passw(?:or)?d|passwd|api[_-]?key|apikey|access[_-]?key|private[_-]?key|auth[_-]?key|client[_-]?secret|credential)[A-Za-z0-9_-]{0,20}["'`\]]{0,2}\s{0,4}(?::|=|=>|:=)\s{0,4}(["'`]?)([A-Za-z0-9+/_=.~-]{20,128})\1(?![A-Za-z0-9+/_=.~([-])/gi;
export const KEYWORD_HINT = /secret|token|passw|api.?key|access.?key|private.?key|auth.?key|credential/i;
const LOCK_FILE =
  /(^|\/)([^/]*\.lock|[^/]*-lock\.(json|yaml)|go\.sum|npm-shrinkwrap\.json|[^/]*\.(svg|css|map|snap|po|ipynb|csv))$|\.min\.js$/i;

/** Secrets in one added line: [{ rule, name, confidence, value }]. */
export function findSecrets(line, path) {
  const found = [];
  if (TOKEN_HINT.test(line)) {
    for (const rule of TOKEN_RULES) {
      for (const match of line.matchAll(rule.pattern)) {
        const value = match[1];
        if (isPlaceholder(value) || !rule.accept(value)) continue;
        found.push({ rule: rule.id, name: rule.name, confidence: rule.confidence, value });
      }
    }
  }
  if (found.length === 0 && KEYWORD_HINT.test(line) && !LOCK_FILE.test(path)) {
    for (const match of line.matchAll(KEYWORD)) {
      if (!looksRandom(match[2], match[1] !== "")) continue;
      found.push({ rule: "high-entropy", name: "High-entropy value", confidence: "likely", value: match[2] });
    }
  }
  return found;
}

/** Shannon entropy of a text, in bits a character. */
export function entropy(text) {
  const counts = new Map();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const times of counts.values()) bits -= (times / text.length) * Math.log2(times / text.length);
  return bits;
}

function rule(id, name, pattern, confidence = "certain", accept = isVaried) {
  return { id, name, pattern, confidence, accept };
}

/** Not aaaaaaaa, not 00000000: a real token of 16 characters has at least 8 different ones. */
function isVaried(value) {
  return new Set(value.slice(4)).size >= 8;
}

/** Made up on purpose: "example", "xxxx", the same character over and over. */
export function isPlaceholder(value) {
  return PLACEHOLDER.test(value) || /(.)\1{7}/.test(value);
}

function isRealPassword(value) {
  if (/[${}%()[\]*]/.test(value) || WEAK_PASSWORD.test(value)) return false;
  return entropy(value) >= 2.8 && /\d/.test(value) && /[A-Za-z]/.test(value);
}

/**
 * Random, and no word, path, identifier or version. 4.0 bits a character parts base64 from words; hex has at most 4
 * bits, so it is judged by its length. A value without quotes (env files, YAML) has to be stronger.
 */
function looksRandom(value, quoted) {
  if (isPlaceholder(value)) return false;
  const digits = value.match(/\d/g)?.length ?? 0;
  if (/^[0-9a-f]{32,}$/i.test(value)) return digits >= 6 && entropy(value) >= 3.2;
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(value) || /^[\d.]+$/.test(value)) return false;
  if (value.length < 24 || digits < 3 || !/[a-z]/.test(value) || !/[A-Z]/.test(value)) return false;
  if (/^[./~]|\/\/|\.[a-z]{2,4}$|[a-z]{9}/.test(value) || /[._-].*[._-].*[._-]/.test(value)) return false;
  return entropy(value) >= (quoted ? 4.0 : 4.2);
}
