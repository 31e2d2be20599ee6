/** A file of a project: its path in the folder, and its content. */
export interface ProjectFile {
  readonly path: string;
  readonly content: string;
}

/** The name of a project for a database: Pulumi and npm both accept it. */
export function projectName(database: string): string {
  const words = database.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return `ardent-${words}`.replace(/-+$/, "").slice(0, 60);
}

/**
 * The files of a Pulumi project with one program.
 *
 * @param name - see {@link projectName}
 * @param version - of this package, which the program depends on
 */
export function projectFiles(name: string, program: string, version: string): ProjectFile[] {
  const description = "Connects a Postgres database to Ardent";
  return [
    { path: "index.ts", content: program },
    {
      path: "package.json",
      content: json({
        name,
        private: true,
        description,
        main: "index.ts",
        dependencies: { "@pulumi/pulumi": "^3.216.0", "pulumi-ardent": `^${version}` },
        devDependencies: { "@types/node": "^22.0.0", typescript: "~5.9.3" },
      }),
    },
    {
      path: "Pulumi.yaml",
      content: `name: ${name}
description: ${description}
runtime:
  name: nodejs
  options:
    packagemanager: npm
`,
    },
    {
      path: "tsconfig.json",
      content: json({
        compilerOptions: {
          target: "ES2022",
          module: "Node16",
          moduleResolution: "Node16",
          strict: true,
          noEmit: true,
          skipLibCheck: true,
        },
        files: ["index.ts"],
      }),
    },
    { path: ".gitignore", content: "node_modules/\n" },
  ];
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
