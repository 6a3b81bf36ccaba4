import tseslint from "typescript-eslint";

const pure = {
  "no-restricted-imports": ["error", { patterns: [
    { group: ["three", "three/*", "preact", "preact/*"], message: "protocol, net and state know neither three nor the DOM." },
    { group: ["**/scene/*", "**/ui/*", "**/controls/*", "**/xr/*", "**/app", "**/app.ts"], message: "Imports go downward: protocol, net, state, then scene and ui." },
  ] }],
  "no-restricted-globals": ["error", ...[
    "window", "document", "navigator", "location", "localStorage", "sessionStorage", "WebSocket", "fetch",
    "setTimeout", "setInterval", "requestAnimationFrame", "performance", "HTMLElement", "self", "globalThis",
  ].map((name) => ({ name, message: "Handed in by app.ts: this part runs in plain Node." }))],
  "no-restricted-properties": ["error",
    { object: "Date", property: "now", message: "Time is an argument." },
    { object: "Math", property: "random", message: "Randomness is an argument." },
  ],
};

/** Siblings above state that do not know each other: the files of src itself connect them. */
const apart = (...folders) => ({
  "no-restricted-imports": ["error", { patterns: [{ group: folders.map((name) => `**/${name}/**`), message: "Connected in src/*.ts." }] }],
});

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/protocol/*.gen.ts"] },
  ...tseslint.configs.strict,
  {
    files: ["src/**/*.{ts,tsx}"],
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-console": "error",
      eqeqeq: "error",
    },
  },
  { files: ["src/{protocol,net,state}/**/*.ts"], ignores: ["**/*.test.ts"], rules: pure },
  { files: ["src/controls/**/*.ts"], rules: apart("scene", "ui", "xr") },
  { files: ["src/scene/**/*.ts"], rules: apart("controls", "ui", "xr") },
  { files: ["src/xr/**/*.ts"], rules: apart("controls", "ui") },
  { files: ["src/ui/**/*.{ts,tsx}"], rules: apart("scene", "xr") },
  {
    files: ["src/protocol/**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: ["../*", "three", "preact*"] }] },
  },
  {
    // The movement rule must give the same integers everywhere.
    files: ["src/{protocol,state}/{motion,movement,walk-field}.ts"],
    rules: { "no-restricted-properties": ["error", ...["sin", "cos", "tan", "atan2", "hypot", "random"].map((property) => (
      { object: "Math", property, message: "Floating-point functions differ between machines; use the sine table." }
    ))] },
  },
);
