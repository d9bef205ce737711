package netfault

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Of tells why a request to a host (or host:port) came to an error; nil for nil.
func Of(host string, err error) *Fault {
	if err == nil {
		return nil
	}
	host = strings.TrimSuffix(host, ":443")
	if known := Look(err); known != nil {
		f := *known
		if f.Host == "" {
			f.Host = host
		}
		return &f
	}
	f := &Fault{Host: host, Err: bare(err)}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "proxyconnect" {
		f.Kind, f.Setting = ProxyGone, "HTTPS_PROXY"
		if op.Err != nil {
			f.Err = op.Err
		}
		return f
	}
	if f.certificate(err) {
		return f
	}
	f.Kind = way(err)
	if f.Kind == NoRoute && errors.As(err, &op) && isV4(op.Addr) && net.ParseIP(bareHost(host)) == nil {
		f.Kind = OnlyV6 // without any connection the name would not have been found either
	}
	if (f.Kind == Refused || f.Kind == Silent) && errors.As(err, &op) && leadsHome(op.Addr) && !isHome(host) {
		f.Kind = Blocked
	}
	return f
}

// bare leaves out what net/http wraps around an error: the address, whose path or
// query may be a secret.
func bare(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// certificate looks for what is wrong with a certificate.
func (f *Fault) certificate(err error) bool {
	var (
		invalid x509.CertificateInvalidError
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		roots   x509.SystemRootsError
	)
	f.At = time.Now()
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		f.Kind = Clock
		if c := invalid.Cert; c != nil {
			f.From, f.Until = c.NotBefore, c.NotAfter
		}
	case errors.As(err, &invalid):
		f.Kind, f.Signer = Signer, signer(invalid.Cert)
	case errors.As(err, &unknown):
		f.Kind, f.Signer = Signer, signer(unknown.Cert)
	case errors.As(err, &roots):
		f.Kind = Signer
	case errors.As(err, &name):
		f.Kind = Name
		if c := name.Certificate; c != nil {
			names := c.DNSNames
			if len(names) == 0 && c.Subject.CommonName != "" {
				names = []string{c.Subject.CommonName}
			}
			f.Signer = plain(strings.Join(names[:min(len(names), 3)], ", "))
		}
	default:
		f.At = time.Time{}
		return false
	}
	var chain *tls.CertificateVerificationError
	if f.Signer == "" && errors.As(err, &chain) && len(chain.UnverifiedCertificates) > 0 {
		f.Signer = signer(chain.UnverifiedCertificates[0])
	}
	return true
}

// signer names who signed a certificate.
func signer(c *x509.Certificate) string {
	if c == nil {
		return ""
	}
	name := c.Issuer.CommonName
	if name == "" && len(c.Issuer.Organization) > 0 {
		name = c.Issuer.Organization[0]
	}
	return plain(name)
}

// plain makes outside text fit to be told: one short line.
func plain(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
	if r := []rune(s); len(r) > 80 {
		s = string(r[:80]) + "…"
	}
	return s
}

// way tells what is wrong with the way there.
func way(err error) Kind {
	var (
		dns     *net.DNSError
		record  tls.RecordHeaderError
		alert   tls.AlertError
		timeout interface{ Timeout() bool }
	)
	switch {
	case errors.As(err, &dns) && !dns.IsNotFound && (dns.IsTimeout || dns.IsTemporary):
		return Unnamed
	case errors.As(err, &dns):
		return NoName
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return Page
	case is(err, refused):
		return Refused
	case is(err, noRoute):
		return NoRoute
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return Silent
	case errors.As(err, &alert), is(err, cut), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, net.ErrClosed):
		return Cut
	}
	return Unknown
}

func is(err error, any []error) bool {
	for _, e := range any {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// leadsHome says that an address is this computer's own, to which filters have
// blocked names lead.
func leadsHome(a net.Addr) bool {
	t, ok := a.(*net.TCPAddr)
	return ok && (t.IP.IsLoopback() || t.IP.IsUnspecified())
}

func isV4(a net.Addr) bool {
	t, ok := a.(*net.TCPAddr)
	return ok && t.IP.To4() != nil
}

// bareHost leaves out a port, and the brackets of IPv6.
func bareHost(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.Trim(host, "[]")
}

// isHome says that a host is meant to be this computer.
func isHome(host string) bool {
	host = bareHost(host)
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || strings.HasSuffix(strings.ToLower(host), ".localhost") ||
		ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
}

// IsBusy says whether a port could not be had because another program has it.
func IsBusy(err error) bool { return is(err, busy) }
