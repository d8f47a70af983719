/** A style sheet that is imported is its text: the server puts it there. */
declare module "*.css" {
  const text: string;
  export default text;
}
