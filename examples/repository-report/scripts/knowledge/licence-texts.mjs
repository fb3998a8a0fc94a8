// Which licence a text is, by phrases that only it has. Order matters: the narrower first.

const PHRASES = [
  ["AGPL-3.0", /GNU AFFERO GENERAL PUBLIC LICENSE\s+Version 3/i],
  ["LGPL-3.0", /GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3/i],
  ["LGPL-2.1", /GNU LESSER GENERAL PUBLIC LICENSE\s+Version 2\.1/i],
  ["LGPL-2.0", /GNU LIBRARY GENERAL PUBLIC LICENSE\s+Version 2/i],
  ["GPL-3.0", /GNU GENERAL PUBLIC LICENSE\s+Version 3/i],
  ["GPL-2.0", /GNU GENERAL PUBLIC LICENSE\s+Version 2/i],
  ["MPL-2.0", /Mozilla Public License,? Version 2\.0/i],
  ["EPL-2.0", /Eclipse Public License - v 2\.0/i],
  ["EPL-1.0", /Eclipse Public License - v 1\.0/i],
  ["Apache-2.0", /Apache License\s+Version 2\.0/i],
  ["BUSL-1.1", /Business Source License 1\.1/i],
  ["SSPL-1.0", /Server Side Public License/i],
  ["Elastic-2.0", /Elastic License 2\.0/i],
  ["BSL-1.0", /Boost Software License - Version 1\.0/i],
  ["Unlicense", /This is free and unencumbered software released into the public domain/i],
  ["CC0-1.0", /CC0 1\.0 Universal/i],
  ["CC-BY-SA-4.0", /Attribution-ShareAlike 4\.0 International/i],
  ["CC-BY-4.0", /Attribution 4\.0 International/i],
  ["Zlib", /This software is provided 'as-is', without any express or implied\s+warranty/i],
  ["WTFPL", /DO WHAT THE FUCK YOU WANT TO PUBLIC LICENSE/i],
  [
    "0BSD",
    /Permission to use, copy, modify, and\/or distribute this software for any\s+purpose with or without fee is hereby granted\.\s+THE SOFTWARE/i,
  ],
  [
    "curl",
    /Permission to use, copy, modify, and distribute this software for any purpose\s+with or without fee is hereby granted, provided that the above copyright\s+notice and this permission notice appear in all copies\.[^]*name of a copyright holder/i,
  ],
  [
    "ISC",
    /Permission to use, copy, modify, and(?:\/or)? distribute this software for any\s+purpose with or without fee is hereby granted, provided/i,
  ],
  [
    "BSD-3-Clause",
    /Redistribution and use in source and binary forms[^]*?(?:Neither the name|names? of (?:its|the) )/i,
  ],
  ["BSD-2-Clause", /Redistribution and use in source and binary forms/i],
  ["MIT", /Permission is hereby granted, free of charge, to any person obtaining/i],
];

/** A file that states a licence, by its name. */
export const LICENCE_FILE =
  /(^|\/)((un)?licen[cs]es?|copying(\.lesser)?|notice)([-.][^/]*)?$|(^|\/)LICENSES\/[^/]+$/i;
const SOURCE_ENDING =
  /\.(c|h|cc|cpp|go|js|mjs|cjs|ts|tsx|jsx|py|rb|rs|java|kt|cs|php|sh|css|html?|json|ya?ml|toml|png|svg|lock)$/i;

/** The SPDX id of a licence's text; undefined when it is none that is known. */
export function identifyLicence(text) {
  const head = text.slice(0, 40_000);
  return PHRASES.find(([, phrase]) => phrase.test(head))?.[0];
}

/** Whether a path names a licence file (and no source file that happens to be called licence). */
export function isLicenceFile(path) {
  return LICENCE_FILE.test(path) && !SOURCE_ENDING.test(path);
}
