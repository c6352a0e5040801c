// SPDX-License-Identifier: MIT
/// The functions of OpenSSL that are used here: in this namespace, what its manual and its macros
/// call is called through these. A function that is not listed does not link.
#pragma once

#include "imported.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace sockscat {

template <class Symbol>
using from_openssl = base::imported<library::openssl, Symbol>;

// clang-format off: one function per line
inline constinit from_openssl<decltype(::ASN1_STRING_get0_data)> ASN1_STRING_get0_data{
    "ASN1_STRING_get0_data"};
inline constinit from_openssl<decltype(::ASN1_STRING_length)> ASN1_STRING_length{
    "ASN1_STRING_length"};
inline constinit from_openssl<decltype(::ASN1_TIME_to_tm)> ASN1_TIME_to_tm{"ASN1_TIME_to_tm"};
inline constinit from_openssl<decltype(::BIO_clear_flags)> BIO_clear_flags{"BIO_clear_flags"};
inline constinit from_openssl<decltype(::BIO_ctrl)> BIO_ctrl{"BIO_ctrl"};
inline constinit from_openssl<decltype(::BIO_free)> BIO_free{"BIO_free"};
inline constinit from_openssl<decltype(::BIO_get_data)> BIO_get_data{"BIO_get_data"};
inline constinit from_openssl<decltype(::BIO_get_new_index)> BIO_get_new_index{"BIO_get_new_index"};
inline constinit from_openssl<decltype(::BIO_meth_free)> BIO_meth_free{"BIO_meth_free"};
inline constinit from_openssl<decltype(::BIO_meth_new)> BIO_meth_new{"BIO_meth_new"};
inline constinit from_openssl<decltype(::BIO_meth_set_ctrl)> BIO_meth_set_ctrl{"BIO_meth_set_ctrl"};
inline constinit from_openssl<decltype(::BIO_meth_set_read_ex)> BIO_meth_set_read_ex{
    "BIO_meth_set_read_ex"};
inline constinit from_openssl<decltype(::BIO_meth_set_write_ex)> BIO_meth_set_write_ex{
    "BIO_meth_set_write_ex"};
inline constinit from_openssl<decltype(::BIO_new)> BIO_new{"BIO_new"};
inline constinit from_openssl<decltype(::BIO_s_mem)> BIO_s_mem{"BIO_s_mem"};
inline constinit from_openssl<decltype(::BIO_set_data)> BIO_set_data{"BIO_set_data"};
inline constinit from_openssl<decltype(::BIO_set_flags)> BIO_set_flags{"BIO_set_flags"};
inline constinit from_openssl<decltype(::BIO_set_init)> BIO_set_init{"BIO_set_init"};
inline constinit from_openssl<decltype(::ERR_clear_error)> ERR_clear_error{"ERR_clear_error"};
inline constinit from_openssl<decltype(::ERR_get_error)> ERR_get_error{"ERR_get_error"};
inline constinit from_openssl<decltype(::ERR_new)> ERR_new{"ERR_new"};
inline constinit from_openssl<decltype(::ERR_peek_last_error)> ERR_peek_last_error{
    "ERR_peek_last_error"};
inline constinit from_openssl<decltype(::ERR_reason_error_string)> ERR_reason_error_string{
    "ERR_reason_error_string"};
inline constinit from_openssl<decltype(::ERR_set_error)> ERR_set_error{"ERR_set_error"};
inline constinit from_openssl<decltype(::EVP_Q_mac)> EVP_Q_mac{"EVP_Q_mac"};
inline constinit from_openssl<decltype(::EVP_sha256)> EVP_sha256{"EVP_sha256"};
inline constinit from_openssl<decltype(::GENERAL_NAMES_free)> GENERAL_NAMES_free{
    "GENERAL_NAMES_free"};
inline constinit from_openssl<decltype(::GENERAL_NAME_get0_value)> GENERAL_NAME_get0_value{
    "GENERAL_NAME_get0_value"};
inline constinit from_openssl<decltype(::OPENSSL_sk_num)> OPENSSL_sk_num{"OPENSSL_sk_num"};
inline constinit from_openssl<decltype(::OPENSSL_sk_value)> OPENSSL_sk_value{"OPENSSL_sk_value"};
inline constinit from_openssl<decltype(::OpenSSL_version)> OpenSSL_version{"OpenSSL_version"};
inline constinit from_openssl<decltype(::SSL_CIPHER_get_name)> SSL_CIPHER_get_name{
    "SSL_CIPHER_get_name"};
inline constinit from_openssl<decltype(::SSL_CTX_check_private_key)> SSL_CTX_check_private_key{
    "SSL_CTX_check_private_key"};
inline constinit from_openssl<decltype(::SSL_CTX_ctrl)> SSL_CTX_ctrl{"SSL_CTX_ctrl"};
inline constinit from_openssl<decltype(::SSL_CTX_free)> SSL_CTX_free{"SSL_CTX_free"};
inline constinit from_openssl<decltype(::SSL_CTX_get_cert_store)> SSL_CTX_get_cert_store{
    "SSL_CTX_get_cert_store"};
inline constinit from_openssl<decltype(::SSL_CTX_new)> SSL_CTX_new{"SSL_CTX_new"};
inline constinit from_openssl<decltype(::SSL_CTX_set1_cert_store)> SSL_CTX_set1_cert_store{
    "SSL_CTX_set1_cert_store"};
inline constinit from_openssl<decltype(::SSL_CTX_set_alpn_protos)> SSL_CTX_set_alpn_protos{
    "SSL_CTX_set_alpn_protos"};
inline constinit from_openssl<decltype(::SSL_CTX_set_default_passwd_cb)>
    SSL_CTX_set_default_passwd_cb{"SSL_CTX_set_default_passwd_cb"};
inline constinit from_openssl<decltype(::SSL_CTX_set_default_verify_dir)>
    SSL_CTX_set_default_verify_dir{"SSL_CTX_set_default_verify_dir"};
inline constinit from_openssl<decltype(::SSL_CTX_set_verify)> SSL_CTX_set_verify{
    "SSL_CTX_set_verify"};
inline constinit from_openssl<decltype(::SSL_CTX_use_PrivateKey_file)> SSL_CTX_use_PrivateKey_file{
    "SSL_CTX_use_PrivateKey_file"};
inline constinit from_openssl<decltype(::SSL_CTX_use_certificate_chain_file)>
    SSL_CTX_use_certificate_chain_file{"SSL_CTX_use_certificate_chain_file"};
inline constinit from_openssl<decltype(::SSL_connect)> SSL_connect{"SSL_connect"};
inline constinit from_openssl<decltype(::SSL_ctrl)> SSL_ctrl{"SSL_ctrl"};
inline constinit from_openssl<decltype(::SSL_free)> SSL_free{"SSL_free"};
inline constinit from_openssl<decltype(::SSL_get0_alpn_selected)> SSL_get0_alpn_selected{
    "SSL_get0_alpn_selected"};
inline constinit from_openssl<decltype(::SSL_get0_param)> SSL_get0_param{"SSL_get0_param"};
inline constinit from_openssl<decltype(::SSL_get0_peer_certificate)> SSL_get0_peer_certificate{
    "SSL_get0_peer_certificate"};
inline constinit from_openssl<decltype(::SSL_get_certificate)> SSL_get_certificate{
    "SSL_get_certificate"};
inline constinit from_openssl<decltype(::SSL_get_current_cipher)> SSL_get_current_cipher{
    "SSL_get_current_cipher"};
inline constinit from_openssl<decltype(::SSL_get_error)> SSL_get_error{"SSL_get_error"};
inline constinit from_openssl<decltype(::SSL_get_ex_data)> SSL_get_ex_data{"SSL_get_ex_data"};
inline constinit from_openssl<decltype(::SSL_get_ex_data_X509_STORE_CTX_idx)>
    SSL_get_ex_data_X509_STORE_CTX_idx{"SSL_get_ex_data_X509_STORE_CTX_idx"};
inline constinit from_openssl<decltype(::SSL_get_rbio)> SSL_get_rbio{"SSL_get_rbio"};
inline constinit from_openssl<decltype(::SSL_get_verify_mode)> SSL_get_verify_mode{
    "SSL_get_verify_mode"};
inline constinit from_openssl<decltype(::SSL_get_verify_result)> SSL_get_verify_result{
    "SSL_get_verify_result"};
inline constinit from_openssl<decltype(::SSL_get_version)> SSL_get_version{"SSL_get_version"};
inline constinit from_openssl<decltype(::SSL_has_pending)> SSL_has_pending{"SSL_has_pending"};
inline constinit from_openssl<decltype(::SSL_new)> SSL_new{"SSL_new"};
inline constinit from_openssl<decltype(::SSL_read_ex)> SSL_read_ex{"SSL_read_ex"};
inline constinit from_openssl<decltype(::SSL_set1_host)> SSL_set1_host{"SSL_set1_host"};
inline constinit from_openssl<decltype(::SSL_set_bio)> SSL_set_bio{"SSL_set_bio"};
inline constinit from_openssl<decltype(::SSL_set_cert_cb)> SSL_set_cert_cb{"SSL_set_cert_cb"};
inline constinit from_openssl<decltype(::SSL_set_default_read_buffer_len)>
    SSL_set_default_read_buffer_len{"SSL_set_default_read_buffer_len"};
inline constinit from_openssl<decltype(::SSL_set_ex_data)> SSL_set_ex_data{"SSL_set_ex_data"};
inline constinit from_openssl<decltype(::SSL_set_hostflags)> SSL_set_hostflags{"SSL_set_hostflags"};
inline constinit from_openssl<decltype(::SSL_set_read_ahead)> SSL_set_read_ahead{
    "SSL_set_read_ahead"};
inline constinit from_openssl<decltype(::SSL_set_verify)> SSL_set_verify{"SSL_set_verify"};
inline constinit from_openssl<decltype(::SSL_shutdown)> SSL_shutdown{"SSL_shutdown"};
inline constinit from_openssl<decltype(::SSL_write_ex)> SSL_write_ex{"SSL_write_ex"};
inline constinit from_openssl<decltype(::TLS_client_method)> TLS_client_method{"TLS_client_method"};
inline constinit from_openssl<decltype(::X509_NAME_print_ex)> X509_NAME_print_ex{
    "X509_NAME_print_ex"};
inline constinit from_openssl<decltype(::X509_STORE_CTX_get0_cert)> X509_STORE_CTX_get0_cert{
    "X509_STORE_CTX_get0_cert"};
inline constinit from_openssl<decltype(::X509_STORE_CTX_get0_store)> X509_STORE_CTX_get0_store{
    "X509_STORE_CTX_get0_store"};
inline constinit from_openssl<decltype(::X509_STORE_CTX_get1_issuer)> X509_STORE_CTX_get1_issuer{
    "X509_STORE_CTX_get1_issuer"};
inline constinit from_openssl<decltype(::X509_STORE_CTX_get_ex_data)> X509_STORE_CTX_get_ex_data{
    "X509_STORE_CTX_get_ex_data"};
inline constinit from_openssl<decltype(::X509_STORE_free)> X509_STORE_free{"X509_STORE_free"};
inline constinit from_openssl<decltype(::X509_STORE_get_ex_data)> X509_STORE_get_ex_data{
    "X509_STORE_get_ex_data"};
inline constinit from_openssl<decltype(::X509_STORE_load_file)> X509_STORE_load_file{
    "X509_STORE_load_file"};
inline constinit from_openssl<decltype(::X509_STORE_lock)> X509_STORE_lock{"X509_STORE_lock"};
inline constinit from_openssl<decltype(::X509_STORE_new)> X509_STORE_new{"X509_STORE_new"};
inline constinit from_openssl<decltype(::X509_STORE_set_ex_data)> X509_STORE_set_ex_data{
    "X509_STORE_set_ex_data"};
inline constinit from_openssl<decltype(::X509_STORE_set_flags)> X509_STORE_set_flags{
    "X509_STORE_set_flags"};
inline constinit from_openssl<decltype(::X509_STORE_set_get_issuer)> X509_STORE_set_get_issuer{
    "X509_STORE_set_get_issuer"};
inline constinit from_openssl<decltype(::X509_STORE_unlock)> X509_STORE_unlock{"X509_STORE_unlock"};
inline constinit from_openssl<decltype(::X509_VERIFY_PARAM_set1_ip_asc)>
    X509_VERIFY_PARAM_set1_ip_asc{"X509_VERIFY_PARAM_set1_ip_asc"};
inline constinit from_openssl<decltype(::X509_digest)> X509_digest{"X509_digest"};
inline constinit from_openssl<decltype(::X509_get0_notAfter)> X509_get0_notAfter{
    "X509_get0_notAfter"};
inline constinit from_openssl<decltype(::X509_get_default_cert_file)> X509_get_default_cert_file{
    "X509_get_default_cert_file"};
inline constinit from_openssl<decltype(::X509_get_default_cert_file_env)>
    X509_get_default_cert_file_env{"X509_get_default_cert_file_env"};
inline constinit from_openssl<decltype(::X509_get_ext_d2i)> X509_get_ext_d2i{"X509_get_ext_d2i"};
inline constinit from_openssl<decltype(::X509_get_issuer_name)> X509_get_issuer_name{
    "X509_get_issuer_name"};
inline constinit from_openssl<decltype(::X509_get_subject_name)> X509_get_subject_name{
    "X509_get_subject_name"};
inline constinit from_openssl<decltype(::X509_verify_cert_error_string)>
    X509_verify_cert_error_string{"X509_verify_cert_error_string"};
// clang-format on

} // namespace sockscat
