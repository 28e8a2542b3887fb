/**
 * A part of the system could not start. The message is one clear sentence for the person who started it; an entry
 * point prints the message alone and exits with status 1.
 */
export class StartError extends Error {
  override readonly name = "StartError";
}
