/** Lists of what the server offers have one page: no cursor is one of theirs. */
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';

/** Throws -32602 for a cursor (MCP 2025-11-25, pagination: an invalid cursor is answered so). */
export function refuseCursor({ params }: { params?: { cursor?: string | undefined } | undefined }): void {
  if (params?.cursor === undefined) return;
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'This list has one page, and no cursor leads further.');
}
