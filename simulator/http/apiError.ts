/** An answer that is an error, in the words of the API that gives it. */
export class ApiError extends Error {
  /** The API's own name of the error, e.g. `DoesNotExistException`. */
  readonly code: string;
  /** HTTP status; AWS JSON protocols answer client errors with 400. */
  readonly status: number;
  /** Further members of the error's shape. */
  readonly members: Readonly<Record<string, string>>;

  constructor(code: string, message: string, status = 400, members: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** AWS's answer to input that its model or its rules refuse. */
export function validationError(message: string): ApiError {
  return new ApiError("ValidationException", message);
}
