import type { ReactNode } from "react";

import { Notice } from "./Notice.tsx";
import type { Resource } from "./useResource.ts";

interface LoadedProps<T> {
  resource: Resource<T>;
  /** What stands in the place of the answer until it comes; same size, so that nothing jumps. */
  placeholder: ReactNode;
  children: (value: T) => ReactNode;
}

/** Shows an answer; before it a placeholder, and when it failed what happened, with the older answer if there is one. */
export function Loaded<T>({ resource, placeholder, children }: LoadedProps<T>) {
  const { value, error, loading, reload } = resource;
  return (
    <>
      {error !== null && (
        <Notice
          tone="bad"
          title={value === null ? "This could not be loaded" : "These figures may be out of date"}
          text={error.message}
          reference={error.requestId}
          action={{ label: loading ? "Trying…" : "Try again", onClick: reload }}
        />
      )}
      {value !== null ? children(value) : error === null && placeholder}
    </>
  );
}
