package doctor

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"os"
	"runtime"

	"dormer/internal/say"
)

// certFile is the variable that names a file of certificates to trust, such as an
// office's. Go reads it on Linux and its like, and passes over one that it cannot
// read without a word.
const certFile = "SSL_CERT_FILE"

// Certificates tells whether the file of certificates that the environment names
// holds any; where none is named it finds nothing.
func Certificates(getenv func(string) string) Probe {
	return Probe{Name: "certificates", Look: func(context.Context) []Finding {
		path := getenv(certFile)
		if path == "" || runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
			return nil
		}
		do := say.T("doctor.certificates.do", "setting", certFile)
		b, err := os.ReadFile(path)
		if err != nil {
			return just("certificates", Red, say.T("doctor.certificates.unread", "setting", certFile, "why", err), do)
		}
		n := 0
		for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
			if _, err := x509.ParseCertificate(block.Bytes); err == nil && block.Type == "CERTIFICATE" {
				n++
			}
		}
		if n == 0 {
			return just("certificates", Red, say.T("doctor.certificates.none", "setting", certFile, "file", path), do)
		}
		return just("certificates", Green, say.N("doctor.certificates.good", n, "setting", certFile), say.Text{})
	}}
}
