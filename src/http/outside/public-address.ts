/**
 * What is public: addresses by the special ranges of `ipaddr.js`, names by the Public Suffix List and IANA's special-use
 * names of `tldts`. Loaded only where something is fetched from an address that a platform gave (200 kB).
 */
import ipaddr from 'ipaddr.js';
import { parse } from 'tldts';

/** Of IPv6, what IANA has given out for global use; everything else is special or unassigned. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** True for an address that any machine on the Internet may have. False for what is no address. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL_UNICAST);
}

/**
 * True for a public address or a name below a public suffix. `hostname` as `URL` gives it: lower case, IPv4 in dotted
 * decimals, IPv6 in brackets, other scripts in punycode.
 */
export function isPublicHost(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (ipaddr.isValid(bare)) return isPublicAddress(bare);
  const { isIcann, isSpecialUse, domain, publicSuffix } = parse(bare, {
    extractHostname: false,
    validateHostname: false,
    detectSpecialUse: true,
  });
  return isIcann === true && isSpecialUse === false && domain !== null && !/(^|\.)arpa$/.test(publicSuffix ?? '');
}
